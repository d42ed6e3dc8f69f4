import type { Difference } from '../../../../shared/contract/records.ts';

/** Number of differences of one kind that are named: a deleted folder must not fill the log with 100,000 lines. */
const NAMED_PER_KIND = 20;

/** Lists differences of one kind: the first ones in words, the others as a count. */
export function foldDifferences(what: string, details: readonly string[]): Difference[] {
  const named = details.slice(0, NAMED_PER_KIND).map((detail) => ({ what, detail }));
  const more = details.length - named.length;
  return more > 0 ? [...named, { what, detail: `… and ${more} more` }] : named;
}
