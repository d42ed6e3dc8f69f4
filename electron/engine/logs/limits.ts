/** Reads of this size stay in the processor's cache: larger ones were measured to be slower, for searches and for counts. */
export const READ_BLOCK_BYTES = 64 * 1024;

/** A displayed line without end is split into pieces of this length (characters). */
export const SHOWN_LINE_MAX_CHARS = 1024 * 1024;
