import { z } from 'zod';

/** Token counts, added up per worker, step and run. */
export const tokensSchema = z.object({
  input_tokens: z.number().int().nonnegative(),
  output_tokens: z.number().int().nonnegative(),
  cache_read_tokens: z.number().int().nonnegative(),
  cache_creation_tokens: z.number().int().nonnegative(),
});
export type Tokens = z.infer<typeof tokensSchema>;

export const NO_TOKENS: Tokens = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_creation_tokens: 0,
};

/** Returns the sum of two counts. */
export function addTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_creation_tokens: a.cache_creation_tokens + b.cache_creation_tokens,
  };
}

/** Returns the tokens read and written, including those from a cache. */
export function allTokens(tokens: Tokens): number {
  return tokens.input_tokens + tokens.output_tokens + tokens.cache_read_tokens + tokens.cache_creation_tokens;
}

/** The sums of the counters in reports, by name: `{"sequences": 120, "bases": 34000}`. */
export type Counters = Readonly<Record<string, number>>;

export const NO_COUNTERS: Counters = {};

/** The largest number of counters per worker: a worker that invents a name for each item must not fill the memory. */
const MAX_COUNTERS = 16;
const COUNTER_NAME = /^[A-Za-z][\w-]{0,39}$/;
/** Measures whose sum has no meaning, and those that are counted as tokens and requests. */
const NOT_ADDED =
  /(?:^|_)(?:per|rate|ratio|share|mean|avg|average|median|min|max|peak|percent|size|seed|length|dim|dims|dimension|dimensions|width|version|id|requests)(?:_|$)|(?:_|put|prompt|completion)tokens$|token_?count$/i;

/** Adds the whole numbers in a report's metrics to the counters so far. */
export function addCounters(counters: Counters, metrics: Readonly<Record<string, unknown>>): Counters {
  const sum: Record<string, number> = { ...counters };
  let names = Object.keys(sum).length;
  for (const [name, value] of Object.entries(metrics)) {
    if (!isCount(value) || !COUNTER_NAME.test(name) || NOT_ADDED.test(name)) continue;
    const before = Object.hasOwn(sum, name) ? sum[name] : undefined;
    if (before === undefined && names >= MAX_COUNTERS) continue;
    if (before === undefined) names += 1;
    sum[name] = (before ?? 0) + value;
  }
  return sum;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The tokens, requests and counters of several workers together. */
export interface Usage {
  tokens: Tokens;
  requests: number;
  counters: Counters;
}

const NO_USAGE: Usage = { tokens: NO_TOKENS, requests: 0, counters: NO_COUNTERS };

/** Adds up usage over workers, steps and devices; there is no other place that does. */
export function sumUsage(parts: readonly Usage[]): Usage {
  return parts.reduce<Usage>(
    (sum, part) => ({
      tokens: addTokens(sum.tokens, part.tokens),
      requests: sum.requests + part.requests,
      counters: addCounters(sum.counters, part.counters),
    }),
    NO_USAGE,
  );
}
