import type { Difference } from '../../../../shared/contract/records.ts';

/** So many differences of one kind are named; a folder that was deleted must not fill the log with 100,000 lines. */
const NAMED_PER_KIND = 20;

/** Differences of one kind, the first ones in words and the rest counted. */
export function foldDifferences(what: string, details: readonly string[]): Difference[] {
  const named = details.slice(0, NAMED_PER_KIND).map((detail) => ({ what, detail }));
  const more = details.length - named.length;
  return more > 0 ? [...named, { what, detail: `… and ${more} more` }] : named;
}
