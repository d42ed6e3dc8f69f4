/** Milliseconds of searching before other work of the process gets a turn: short beside the 50 ms that a person notices. */
export const SEARCH_SLICE_MS = 15;

/** How many files an error names before it says "and n more". */
export const FILES_NAMED_IN_ERRORS = 3;

/** How many texts one pattern may stand for once its braces are expanded; more is a mistake, and would fill the memory. */
export const MAX_BRACE_EXPANSIONS = 1000;

/** Entries of one listing in the file browser: more than a person reads, and a message of some 200 KB. */
export const LISTED_ENTRIES = 1_000;

/** Entries that are asked for at once while a folder is listed: the runtime has a handful of threads for it. */
export const STATS_AT_ONCE = 32;

/** Files left out that are kept by name for each reason: more than anybody reads, and some 20 KB in metadata.json. */
export const LEFT_OUT_KEPT = 100;
