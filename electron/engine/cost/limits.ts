/** Bytes per read of a plain file: it stays in the processor's cache, and larger reads measured slower. */
export const READ_BYTES = 64 * 1024;

/** Bytes of a compressed file read at once: about one block of text once inflated. */
export const COMPRESSED_READ_BYTES = 256 * 1024;

/** Bytes of text per inflated block: a sixth quicker than the default of 16 KiB, as each block is a trip to another thread. */
export const INFLATED_BLOCK_BYTES = 1024 * 1024;

/** Compressed files up to this many bytes are inflated at once: making a stream takes longer than their content. */
export const SMALL_COMPRESSED_BYTES = 64 * 1024;

/** Text that a small compressed file may become at once; a bomb goes through the stream, which holds one block. */
export const SMALL_INFLATED_BYTES = 4 * 1024 * 1024;

/** Files per message to a cost thread: enough that messages cost nothing, few enough that threads end together. */
export const BATCH_FILES = 500;

/** Bytes per message to a cost thread; a larger file is a batch of its own. */
export const BATCH_BYTES = 64 * 1024 * 1024;

/** A cost command that takes longer than this has hung, in milliseconds: it runs once per file, before anything starts. */
export const COMMAND_TIMEOUT_MS = 60_000;

/** Bytes of a cost command's answer that are kept; the answer is one number. */
export const COMMAND_OUTPUT_BYTES = 64 * 1024;

/** Milliseconds to wait for another process that writes the cache; counting anew costs little more. */
export const CACHE_BUSY_MS = 250;

/** A cache larger than this is begun anew: about a million files. */
export const CACHE_LIMIT_BYTES = 256 * 1024 * 1024;
