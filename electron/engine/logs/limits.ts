/** Reads of this size stay in the processor's cache: larger ones were measured slower, for searching and for counting. */
export const READ_BLOCK_BYTES = 64 * 1024;

/** A line that is shown is handed on in pieces of this length (characters) when it has no end. */
export const SHOWN_LINE_MAX_CHARS = 1024 * 1024;
