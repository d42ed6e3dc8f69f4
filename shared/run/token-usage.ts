import { NO_TOKENS, type Tokens } from './tokens.ts';

/** The counts of one request as they were reported; a later line about the same request may add to them or correct them. */
export type UsageFields = Readonly<Record<string, unknown>>;

/** The counted fields of a usage object, with the names that servers and their clients give them. */
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
  /** Tokens in addition to the prompt: results of tools that the server itself called. */
  promptOfTools: ['toolUsePromptTokenCount', 'tool_use_prompt_token_count'],
  /** Tokens in addition to the answer. */
  thoughts: ['thoughtsTokenCount', 'thoughts_token_count'],
  read: ['cache_read_input_tokens', 'cache_read_tokens', 'cacheReadInputTokens'],
  creation: ['cache_creation_input_tokens', 'cache_creation_tokens', 'cacheWriteInputTokens'],
  /** The part of the prompt that came from a cache. */
  cached: ['cached_input_tokens', 'cachedInputTokens', 'cachedContentTokenCount', 'cached_content_token_count'],
} as const;
const COUNTS: readonly string[] = Object.values(NAMES).flat();
const DETAILS = ['prompt_tokens_details', 'input_tokens_details', 'input_token_details'] as const;
/** The part of the prompt that came from a cache, in the details. */
const CACHED_IN_DETAILS: readonly string[] = ['cached_tokens', 'cache_read'];

/** Names of the fields that hold a usage object. */
export const USAGE_NAMES: readonly string[] = ['usage', 'usageMetadata', 'usage_metadata'];

/**
 * Merges a later line about a request into what is known of it: a stream repeats its usage with growing counts, or reports the prompt at its
 * start and the answer at its end. Counts that the later line does not have, or has as 0, stay. Only counted fields are kept.
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
 * Reads a usage object of a model server or its client; null when it is not one:
 * - `{"prompt_tokens": 12, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 4}}`
 * - `{"input_tokens": 12, "output_tokens": 7, "input_tokens_details": {"cached_tokens": 4}}`
 * - `{"input_tokens": 8, "output_tokens": 7, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 0}`
 * - `{"input_tokens": 12, "cached_input_tokens": 4, "output_tokens": 7}`
 * - `{"promptTokenCount": 12, "candidatesTokenCount": 7, "thoughtsTokenCount": 3, "cachedContentTokenCount": 4}`, or with underscores
 * - `{"inputTokens": 12, "outputTokens": 7, "totalTokens": 19}`
 * - our own names, `cache_read_tokens` and `cache_creation_tokens`.
 *
 * Cached tokens in the details, or in a field such as `cached_input_tokens`, are part of the prompt. They are subtracted from it, so that each
 * token is counted once. Some servers report them a second time under another name: that adds nothing.
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

/** Returns the tokens in the metrics of a report, flat or as `usage`; null when there are none. */
export function usageOfMetrics(metrics: unknown): { tokens: Tokens; requests: number } | null {
  const tokens = tokensOfUsage(usageFieldsOf(metrics));
  const requests = isFields(metrics) ? count(metrics, 'requests') : null;
  if (tokens === null && requests === null) return null;
  return { tokens: tokens ?? NO_TOKENS, requests: requests ?? 1 };
}

/** Returns the object with the tokens: an entry of a report's metrics, or the metrics themselves; null when none has any. */
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
