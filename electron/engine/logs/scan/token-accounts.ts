import { allTokens, NO_TOKENS, type Tokens } from '../../../../shared/run/tokens.ts';

/** Tokens, and the requests that they belong to. */
export interface TokenCount {
  tokens: Tokens;
  requests: number;
}

export const NO_TOKEN_COUNT: TokenCount = { tokens: NO_TOKENS, requests: 0 };

/**
 * What one file tells about tokens, in accounts that may speak of the same requests:
 * `lines` are `Token usage:` lines, `objects` usage objects in JSON, `reports` the metrics of final reports.
 */
export interface TokenAccounts {
  lines: TokenCount;
  objects: TokenCount;
  reports: TokenCount;
}

export const NO_ACCOUNTS: TokenAccounts = { lines: NO_TOKEN_COUNT, objects: NO_TOKEN_COUNT, reports: NO_TOKEN_COUNT };

/**
 * What a worker used. A worker that prints a `Token usage:` line, logs the server's answer and reports the item says the same thing three
 * times: its accounts are never added up, the fullest one counts, by tokens and then by requests.
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
