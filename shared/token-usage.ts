import { NO_TOKENS, type Tokens } from './tokens.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a usage object as model servers and their clients give it, or null when it is none:
 * - `{"prompt_tokens": 12, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 4}}`
 * - `{"input_tokens": 12, "output_tokens": 7, "input_tokens_details": {"cached_tokens": 4}}`
 * - `{"input_tokens": 8, "output_tokens": 7, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 0}`
 * - our own names, `cache_read_tokens` and `cache_creation_tokens`.
 *
 * Where the details name cached tokens they are part of the prompt; they are taken out of it, so that each token is counted once.
 */
export function tokensOfUsage(usage: unknown): Tokens | null {
  if (!isFields(usage)) return null;
  const prompt = count(usage, 'prompt_tokens') ?? count(usage, 'input_tokens');
  const output = count(usage, 'completion_tokens') ?? count(usage, 'output_tokens');
  const read = count(usage, 'cache_read_input_tokens') ?? count(usage, 'cache_read_tokens');
  const creation = count(usage, 'cache_creation_input_tokens') ?? count(usage, 'cache_creation_tokens');
  if (prompt === null && output === null && read === null && creation === null) return null;
  const cached = cachedOf(usage['prompt_tokens_details']) ?? cachedOf(usage['input_tokens_details']);
  const included = read === null ? Math.min(cached ?? 0, prompt ?? 0) : 0;
  return {
    input_tokens: (prompt ?? 0) - included,
    output_tokens: output ?? 0,
    cache_read_tokens: read ?? included,
    cache_creation_tokens: creation ?? 0,
  };
}

/** What the metrics of a report say about tokens, flat or as `usage`; null when nothing. */
export function usageOfMetrics(metrics: unknown): { tokens: Tokens; requests: number } | null {
  if (!isFields(metrics)) return null;
  const tokens = tokensOfUsage(metrics['usage']) ?? tokensOfUsage(metrics['token_usage']) ?? tokensOfUsage(metrics);
  const requests = count(metrics, 'requests');
  if (tokens === null && requests === null) return null;
  return { tokens: tokens ?? NO_TOKENS, requests: requests ?? 1 };
}

function cachedOf(details: unknown): number | null {
  return isFields(details) ? count(details, 'cached_tokens') : null;
}

function count(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
