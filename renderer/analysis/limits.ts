/** Rows that one answer of the page has at most: beyond that one exports or narrows the question. */
export const QUERY_ROWS = 10_000;
/** Hits that a search over all runs adds to the list at a time. */
export const SEARCH_HITS = 200;
