import { NO_TOKENS, type Tokens } from './tokens.ts';

/** The counts of one request as they were given: what a later line about the same request adds to or corrects. */
export type UsageFields = Readonly<Record<string, unknown>>;

const COUNTS = [
  'prompt_tokens',
  'input_tokens',
  'completion_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_read_tokens',
  'cached_input_tokens',
  'cache_creation_input_tokens',
  'cache_creation_tokens',
] as const;
const DETAILS = ['prompt_tokens_details', 'input_tokens_details'] as const;

/**
 * What is known of a request after one more line about it: a stream repeats its usage and lets it grow, or tells the prompt at its start
 * and the answer at its end. What the later line does not name, or names as 0, stays. Only what counts is kept.
 */
export function mergeUsage(before: UsageFields, later: UsageFields): UsageFields {
  const merged: Record<string, unknown> = {};
  for (const name of COUNTS) {
    const told = count(later, name);
    const known = told === null || told === 0 ? (count(before, name) ?? told) : told;
    if (known !== null) merged[name] = known;
  }
  for (const name of DETAILS) {
    const cached = cachedOf(later[name]) ?? cachedOf(before[name]);
    if (cached !== null) merged[name] = { cached_tokens: cached };
  }
  return merged;
}

/**
 * Reads a usage object as model servers and their clients give it, or null when it is none:
 * - `{"prompt_tokens": 12, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 4}}`
 * - `{"input_tokens": 12, "output_tokens": 7, "input_tokens_details": {"cached_tokens": 4}}`
 * - `{"input_tokens": 8, "output_tokens": 7, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 0}`
 * - `{"input_tokens": 12, "cached_input_tokens": 4, "output_tokens": 7}`
 * - our own names, `cache_read_tokens` and `cache_creation_tokens`.
 *
 * Where the details, or `cached_input_tokens`, name cached tokens they are part of the prompt; they are taken out of it, so that each token
 * is counted once. Some servers tell them a second time by another name: that adds nothing.
 */
export function tokensOfUsage(usage: unknown): Tokens | null {
  if (!isFields(usage)) return null;
  const prompt = count(usage, 'prompt_tokens') ?? count(usage, 'input_tokens');
  const output = count(usage, 'completion_tokens') ?? count(usage, 'output_tokens');
  const read = count(usage, 'cache_read_input_tokens') ?? count(usage, 'cache_read_tokens');
  const creation = count(usage, 'cache_creation_input_tokens') ?? count(usage, 'cache_creation_tokens');
  if (prompt === null && output === null && read === null && creation === null) return null;
  const cached =
    cachedOf(usage['prompt_tokens_details']) ??
    cachedOf(usage['input_tokens_details']) ??
    count(usage, 'cached_input_tokens');
  const included = Math.min(cached ?? 0, prompt ?? 0);
  return {
    input_tokens: (prompt ?? 0) - included,
    output_tokens: output ?? 0,
    cache_read_tokens: Math.max(read ?? 0, included),
    cache_creation_tokens: creation ?? 0,
  };
}

/** What the metrics of a report say about tokens, flat or as `usage`; null when nothing. */
export function usageOfMetrics(metrics: unknown): { tokens: Tokens; requests: number } | null {
  const tokens = tokensOfUsage(usageFieldsOf(metrics));
  const requests = isFields(metrics) ? count(metrics, 'requests') : null;
  if (tokens === null && requests === null) return null;
  return { tokens: tokens ?? NO_TOKENS, requests: requests ?? 1 };
}

/** The object of a report's metrics that has the tokens: one of its entries or itself; null when none has. */
export function usageFieldsOf(metrics: unknown): UsageFields | null {
  if (!isFields(metrics)) return null;
  const places: unknown[] = [metrics['usage'], metrics['token_usage'], metrics];
  return places.filter(isFields).find((place) => tokensOfUsage(place) !== null) ?? null;
}

function cachedOf(details: unknown): number | null {
  return isFields(details) ? count(details, 'cached_tokens') : null;
}

function count(fields: UsageFields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : null;
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is UsageFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
