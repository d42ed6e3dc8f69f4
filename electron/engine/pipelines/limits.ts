/** Bytes. A pipeline is written by hand; a bigger file is something else, picked by mistake. */
export const MAX_PIPELINE_BYTES = 1024 * 1024;

/** Levels. A pipeline needs six; the bound keeps a hostile file from exhausting the stack. */
export const MAX_JSON_DEPTH = 64;

/** How many findings of one file a message lists; the others are counted. */
export const MAX_FINDINGS_SHOWN = 5;

/** Characters of a refused value that a message repeats. */
export const MAX_VALUE_SHOWN = 60;

/**
 * Bytes of one command line with its files, ends of strings counted. Linux allows about 2 MB and macOS 1 MB, environment
 * included, so this leaves room for it.
 */
export const MAX_ARGUMENT_BYTES = 1_000_000;

/** Bytes of a program's beginning that are read to see which interpreter its first line names; Linux reads 256. */
export const SHEBANG_BYTES = 256;
