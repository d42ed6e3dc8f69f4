import { allTokens, NO_TOKENS, type Tokens } from '../../../../shared/run/tokens.ts';

/** Tokens, and the requests that they belong to. */
export interface TokenCount {
  tokens: Tokens;
  requests: number;
}

export const NO_TOKEN_COUNT: TokenCount = { tokens: NO_TOKENS, requests: 0 };

/**
 * The tokens found in one file, in accounts that may cover the same requests: `lines` are `Token usage:` lines, `objects` usage objects in JSON,
 * `reports` the metrics of final reports.
 */
export interface TokenAccounts {
  lines: TokenCount;
  objects: TokenCount;
  reports: TokenCount;
}

export const NO_ACCOUNTS: TokenAccounts = { lines: NO_TOKEN_COUNT, objects: NO_TOKEN_COUNT, reports: NO_TOKEN_COUNT };

/**
 * Returns what a worker used. A worker may print a `Token usage:` line, log the server's answer and report the item: then the same tokens appear
 * three times. So its accounts are never added up. The fullest one counts, by tokens and then by requests.
 */
export function fullestAccount(accounts: Iterable<TokenAccounts>): TokenCount {
  let fullest = NO_TOKEN_COUNT;
  for (const { lines, objects, reports } of accounts)
    for (const account of [lines, objects, reports]) if (isFuller(account, fullest)) fullest = account;
  return fullest;
}

function isFuller(a: TokenCount, b: TokenCount): boolean {
  const difference = allTokens(a.tokens) - allTokens(b.tokens);
  return difference > 0 || (difference === 0 && a.requests > b.requests);
}
