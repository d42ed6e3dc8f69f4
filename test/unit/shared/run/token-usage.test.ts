import { describe, expect, it } from 'vitest';
import { tokensOfUsage, usageOfMetrics } from '../../../../shared/run/token-usage.ts';
import { addCounters, sumUsage } from '../../../../shared/run/tokens.ts';

const tokens = (input: number, output: number, read = 0, creation = 0) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_tokens: read,
  cache_creation_tokens: creation,
});

describe('a usage object', () => {
  it.each([
    [{ prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 }, tokens(12, 7)],
    [{ prompt_tokens: 12, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } }, tokens(8, 7, 4)],
    [{ prompt_tokens: 12, prompt_tokens_details: null }, tokens(12, 0)],
    [{ input_tokens: 12, output_tokens: 7, input_tokens_details: { cached_tokens: 4 } }, tokens(8, 7, 4)],
    [
      { input_tokens: 8, output_tokens: 7, cache_read_input_tokens: 4, cache_creation_input_tokens: 3 },
      tokens(8, 7, 4, 3),
    ],
    [tokens(1, 2, 3, 4), tokens(1, 2, 3, 4)],
    [{ input_tokens: 12, cached_input_tokens: 4, output_tokens: 7 }, tokens(8, 7, 4)],
    [
      {
        prompt_tokens: 12,
        completion_tokens: 7,
        prompt_tokens_details: { cached_tokens: 4 },
        cache_read_input_tokens: 4,
      },
      tokens(8, 7, 4),
    ],
    [{ prompt_tokens: 2, prompt_tokens_details: { cached_tokens: 9 } }, tokens(0, 0, 2)],
  ])('%j is read', (usage, expected) => {
    expect(tokensOfUsage(usage)).toEqual(expected);
  });

  it.each([null, 'x', [], {}, { tokens: 5 }, { prompt_tokens: 'many' }, { prompt_tokens: -1 }])(
    '%j is none',
    (usage) => {
      expect(tokensOfUsage(usage)).toBeNull();
    },
  );

  it('may stand flat in metrics, which may count requests', () => {
    expect(usageOfMetrics({ prompt_tokens: 5, requests: 3 })).toEqual({ tokens: tokens(5, 0), requests: 3 });
    expect(usageOfMetrics({ usage: { prompt_tokens: 5 } })).toEqual({ tokens: tokens(5, 0), requests: 1 });
    expect(usageOfMetrics({ requests: 3 })).toEqual({ tokens: tokens(0, 0), requests: 3 });
    expect(usageOfMetrics({ sequences: 3 })).toBeNull();
  });
});

describe('counters', () => {
  it('are the whole numbers of reports, without measures that mean nothing when added up', () => {
    const first = addCounters(
      {},
      { sequences: 2, bases: 10, tokens_per_second: 7, loss: 0.5, prompt_tokens: 9, model: 'x' },
    );
    expect(first).toEqual({ sequences: 2, bases: 10 });
    expect(addCounters(first, { sequences: 3, batch_size: 8, max_length: 5 })).toEqual({ sequences: 5, bases: 10 });
  });

  it('keep a bounded number of names, and none that objects have by birth', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`name${index}`, 1]));
    expect(Object.keys(addCounters({}, many))).toHaveLength(16);
    expect(
      addCounters({}, JSON.parse('{"__proto__": 3, "constructor": 4}') as object as Record<string, unknown>),
    ).toEqual({
      constructor: 4,
    });
  });

  it('are added up with tokens and requests in one place', () => {
    const one = { tokens: tokens(1, 2), requests: 1, counters: { a: 1 } };
    expect(sumUsage([one, { ...one, counters: { b: 2 } }])).toEqual({
      tokens: tokens(2, 4),
      requests: 2,
      counters: { a: 1, b: 2 },
    });
  });
});
