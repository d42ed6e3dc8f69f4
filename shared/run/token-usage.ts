import { NO_TOKENS, type Tokens } from './tokens.ts';

/** The counts of one request as they were given: what a later line about the same request adds to or corrects. */
export type UsageFields = Readonly<Record<string, unknown>>;

/** What counts in a usage object, by what it says, and the names that servers and their clients give it. */
const NAMES = {
  prompt: ['prompt_tokens', 'input_tokens', 'promptTokens', 'inputTokens', 'promptTokenCount', 'prompt_token_count'],
  output: [
    'completion_tokens',
    'output_tokens',
    'completionTokens',
    'outputTokens',
    'candidatesTokenCount',
    'candidates_token_count',
  ],
  /** What comes on top of the prompt: results of tools that the server itself asked. */
  promptOfTools: ['toolUsePromptTokenCount', 'tool_use_prompt_token_count'],
  /** What comes on top of the answer. */
  thoughts: ['thoughtsTokenCount', 'thoughts_token_count'],
  read: ['cache_read_input_tokens', 'cache_read_tokens', 'cacheReadInputTokens'],
  creation: ['cache_creation_input_tokens', 'cache_creation_tokens', 'cacheWriteInputTokens'],
  /** What of the prompt came from a cache. */
  cached: ['cached_input_tokens', 'cachedInputTokens', 'cachedContentTokenCount', 'cached_content_token_count'],
} as const;
const COUNTS: readonly string[] = Object.values(NAMES).flat();
const DETAILS = ['prompt_tokens_details', 'input_tokens_details', 'input_token_details'] as const;
/** What of the prompt came from a cache, in the details. */
const CACHED_IN_DETAILS: readonly string[] = ['cached_tokens', 'cache_read'];

/** Names under which an object says what it used. */
export const USAGE_NAMES: readonly string[] = ['usage', 'usageMetadata', 'usage_metadata'];

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
 * - `{"promptTokenCount": 12, "candidatesTokenCount": 7, "thoughtsTokenCount": 3, "cachedContentTokenCount": 4}`, or with underscores
 * - `{"inputTokens": 12, "outputTokens": 7, "totalTokens": 19}`
 * - our own names, `cache_read_tokens` and `cache_creation_tokens`.
 *
 * Where the details, or a name such as `cached_input_tokens`, name cached tokens they are part of the prompt; they are taken out of it, so that
 * each token is counted once. Some servers tell them a second time by another name: that adds nothing.
 */
export function tokensOfUsage(usage: unknown): Tokens | null {
  if (!isFields(usage)) return null;
  const [prompt, output] = [firstCount(usage, NAMES.prompt), firstCount(usage, NAMES.output)];
  const [read, creation] = [firstCount(usage, NAMES.read), firstCount(usage, NAMES.creation)];
  if (prompt === null && output === null && read === null && creation === null) return null;
  const inDetails = DETAILS.map((name) => cachedOf(usage[name])).find((cached) => cached !== null);
  const included = Math.min(inDetails ?? firstCount(usage, NAMES.cached) ?? 0, prompt ?? 0);
  return {
    input_tokens: (prompt ?? 0) - included + (firstCount(usage, NAMES.promptOfTools) ?? 0),
    output_tokens: (output ?? 0) + (firstCount(usage, NAMES.thoughts) ?? 0),
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
  const places: unknown[] = [...USAGE_NAMES.map((name) => metrics[name]), metrics['token_usage'], metrics];
  return places.filter(isFields).find((place) => tokensOfUsage(place) !== null) ?? null;
}

function cachedOf(details: unknown): number | null {
  return isFields(details) ? firstCount(details, CACHED_IN_DETAILS) : null;
}

function firstCount(fields: UsageFields, names: readonly string[]): number | null {
  for (const name of names) {
    const found = count(fields, name);
    if (found !== null) return found;
  }
  return null;
}

function count(fields: UsageFields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : null;
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is UsageFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
