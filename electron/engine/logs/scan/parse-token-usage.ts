import type { Tokens } from '../../../../shared/tokens.ts';

const TOKEN_USAGE = /^token usage:\s*((?:[a-z_]+\s*=\s*\d+[,;\s]*)+)/i;
const PAIR = /([a-z_]+)\s*=\s*(\d+)/gi;
const KEYS: Readonly<Record<string, keyof Tokens>> = {
  input: 'input_tokens',
  output: 'output_tokens',
  cache_read: 'cache_read_tokens',
  cache_creation: 'cache_creation_tokens',
};

/**
 * Reads `Token usage: input=1, output=2, cache_read=3, cache_creation=4` at the beginning of a text; keys in any order, missing ones 0.
 * Null when the text is something else.
 */
export function parseTokenUsage(text: string): Tokens | null {
  const pairs = TOKEN_USAGE.exec(text)?.[1];
  if (pairs === undefined) {
    return null;
  }
  const tokens: Tokens = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 };
  for (const [, name = '', count = '0'] of pairs.matchAll(PAIR)) {
    const key = KEYS[name.toLowerCase()];
    if (key !== undefined) {
      tokens[key] += Number(count);
    }
  }
  return tokens;
}
