import { describe, expect, it } from 'vitest';
import { parseTokenUsage } from '../../../../../../electron/engine/logs/scan/parse-token-usage.ts';

const counts = (input: number, output: number, read: number, creation: number) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_tokens: read,
  cache_creation_tokens: creation,
});

describe('parseTokenUsage', () => {
  it.each([
    ['Token usage: input=1, output=2, cache_read=3, cache_creation=4', counts(1, 2, 3, 4)],
    ['Token usage: output=2, input=1', counts(1, 2, 0, 0)],
    ['Token usage: cache_read = 7; unknown=9 and more text', counts(0, 0, 7, 0)],
    ['token usage: input=5', counts(5, 0, 0, 0)],
  ])('reads %j', (text, expected) => {
    expect(parseTokenUsage(text)).toEqual(expected);
  });

  it.each(['Token usage is fine', 'Token usage: none', 'Token user: input=1'])('takes %j for no usage', (text) => {
    expect(parseTokenUsage(text)).toBeNull();
  });
});
