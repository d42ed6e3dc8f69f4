/** A question that takes longer is one that was not meant: a join without a condition. */
export const QUERY_MAX_MS = 60_000;
/** Larger answers are for nobody to read, and would be held several times over (bytes). */
export const ANSWER_MAX_BYTES = 128_000_000;
/** What the process of a question may take (bytes): sorting and joining a million items stays below. */
export const QUERY_MAX_MEMORY = 2 * 1024 ** 3;
/** How often its memory is looked at (milliseconds): it grows by some hundred MB in this time at most. */
export const MEMORY_LOOK_MS = 100;
/** Making the index anew from 1,000,000 items takes most of a minute on a slow machine. */
export const INDEXING_MAX_MS = 15 * 60_000;
/** How long an index that another process writes is waited for: it writes one run at a time. */
export const INDEX_BUSY_MS = 30_000;
/** How often one hears of the progress of indexing. */
export const INDEXING_NEWS_MS = 500;
