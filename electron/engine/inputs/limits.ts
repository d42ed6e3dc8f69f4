/** Milliseconds of searching before other work of the process gets a turn: short beside the 50 ms that a person notices. */
export const SEARCH_SLICE_MS = 15;

/** How many files an error names before it says "and n more". */
export const FILES_NAMED_IN_ERRORS = 3;

/** How many texts one pattern may stand for once its braces are expanded; more is a mistake, and would fill the memory. */
export const MAX_BRACE_EXPANSIONS = 1000;
