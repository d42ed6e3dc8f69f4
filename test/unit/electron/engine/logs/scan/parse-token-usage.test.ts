import { describe, expect, it } from 'vitest';
import { parseTokenUsage } from '../../../../../../electron/engine/logs/scan/parse-token-usage.ts';
import { tokensOfUsage } from '../../../../../../shared/run/token-usage.ts';

const counts = (input: number, output: number, read = 0, creation = 0) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_tokens: read,
  cache_creation_tokens: creation,
});
const tokensOf = (text: string) => tokensOfUsage(parseTokenUsage(text)?.use?.usage);

describe('parseTokenUsage', () => {
  it.each([
    ['Token usage: input=1, output=2, cache_read=3, cache_creation=4', counts(1, 2, 3, 4)],
    ['Token usage: output=2, input=1', counts(1, 2)],
    ['Token usage: cache_read = 7; unknown=9 and more text', counts(0, 0, 7)],
    ['token usage: input=5', counts(5, 0)],
    ['TOKEN USAGE: input=\u001b[32m1,001\u001b[0m, output=4, cache_read=0, cache_creation=0', counts(1001, 4)],
    ['Token usage:\u001b[0m \u001b[1minput\u001b[0m=12,output=7', counts(12, 7)],
    ['Token usage: input=1,234,567, output=1_000, cache_read=2\u202f000', counts(1234567, 1000, 2000)],
    ['Token usage: {"input_tokens": 12, "output_tokens": 7}', counts(12, 7)],
    ["Token usage: {'prompt_tokens': 12, 'completion_tokens': 7, 'total_tokens': 19}", counts(12, 7)],
    ['Token usage: CompletionUsage(completion_tokens=7, prompt_tokens=12, total_tokens=19)', counts(12, 7)],
    ['Token usage: total=1,301 input=1,200 (+ 4,000 cached) output=101 (reasoning 64)', counts(1200, 101, 4000)],
    ['Token usage: input: 12 tokens, output: 7 tokens.', counts(12, 7)],
    ['Token usage - input 5, output=7', null],
    ['Token Usage - Input: 1 001, Output: 12 345 678 tokens', counts(1001, 12_345_678)],
    ['Token usage: input=1\u2009001, output=2 000', counts(1001, 2000)],
    ['token_usage: cache read=3 | cache-write=4', counts(0, 0, 3, 4)],
  ])('reads %j', (text, expected) => {
    expect(tokensOf(text)).toEqual(expected);
  });

  it.each(['\n', '\r\n', '\r'])('takes nothing from the line below (%j)', (end) => {
    const line = 'Token usage: input=10, output=20, cache_read=0, cache_creation=0';
    expect(tokensOf(`${line}${end}output=5000 lines written`)).toEqual(counts(10, 20));
    expect(tokensOf(`Token usage:${end}input=10`)).toBeNull();
    expect(tokensOf(`Token usage: input=10,${end}  output=20`)).toEqual(counts(10, 0));
  });

  it.each([
    'Token usage is fine',
    'Token usage: none',
    'Token user: input=1',
    '#token: 512, token usage: 0.02, gen throughput (token/s): 120.5',
  ])('takes %j for no usage', (text) => {
    expect(parseTokenUsage(text)).toBeNull();
  });

  it.each([
    'Token usage: input=1.2k, output=3',
    'Token usage: input=1 001 requests, output=3',
    'Token usage: input=?',
    'Token usage: input=1,0012',
  ])('says that it cannot read the counts of %j', (text) => {
    expect(parseTokenUsage(text)).toEqual({ use: null, unread: true });
  });

  it('tells a sum and the id of a request', () => {
    expect(parseTokenUsage('Token usage: input=1', '12:00 INFO Total ')?.use?.closes).toBe(true);
    expect(parseTokenUsage('Token usage (session total): input=1')?.use?.closes).toBe(true);
    expect(parseTokenUsage('Token usage: input=1', 'Worker total 5 -')?.use?.closes).toBe(false);
    expect(parseTokenUsage('Token usage: id=msg_1, input=1')?.use?.id).toBe('msg_1');
  });
});
