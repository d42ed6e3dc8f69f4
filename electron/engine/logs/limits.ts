/** Reads of this size stay in the processor's cache: larger ones were measured slower, for searching and for counting. */
export const READ_BLOCK_BYTES = 64 * 1024;

/** What the last N lines may hold in all: lines without end must not fill the memory. */
export const TAIL_MAX_BYTES = 16 * 1024 * 1024;

/** A line's text in a search hit; what is longer is cut, its offset still says where it stands. */
export const HIT_TEXT_MAX_BYTES = 1024 * 1024;

/** What a search thread may send ahead of its reader, in bytes of text per batch and in batches. */
export const HIT_BATCH_BYTES = 256 * 1024;
export const HIT_BATCH_COUNT = 500;
export const HIT_BATCHES_AHEAD = 4;
/** The same for the thread of a log's second half, whose hits wait until the first half is done. */
export const HIT_BATCHES_HELD = 32;

/** How often a search tells how far it has come (milliseconds). */
export const SEARCH_TELL_MS = 250;

/** What a search reads at a time, a multiple of a block: the calls saved count for more here than the cache (bytes). */
export const SEARCH_READ_BYTES = 1024 * 1024;
/** From this size on a log is searched by two threads; below it, starting another takes as long as it saves (bytes). */
export const SEARCH_SPLIT_MIN_BYTES = 64 * 1024 * 1024;
/** How far behind the middle a line start is looked for to split at (bytes). */
export const SPLIT_LOOK_BYTES = 1024 * 1024;

/** A line that is shown is handed on in pieces of this length (characters) when it has no end. */
export const SHOWN_LINE_MAX_CHARS = 1024 * 1024;

/** A follower's largest piece: a flood is read bit by bit, each piece awaited. */
export const FOLLOW_CHUNK_BYTES = 128 * 1024;

/** Above this many wake-ups per second a file watcher costs more than it brings, and slows the writer. */
export const WATCH_MAX_WAKEUPS_PER_SECOND = 200;
/** Poll interval while a file grows fast, and where watching does not work (milliseconds). */
export const GROWTH_POLL_MS = 50;
/** Report files are always watched; this poll stands in where watching does not work (milliseconds). */
export const REPORT_POLL_MS = 20;
/** Quiet for this long, a fast-growing file is watched again (milliseconds). */
export const GROWTH_QUIET_MS = 1_000;
/** A file that is not there yet is looked for at intervals doubling up to this (milliseconds). */
export const MISSING_POLL_MAX_MS = 250;
/** A watched file is looked at now and then, in case its file system announces nothing: doubling from, up to (milliseconds). */
export const WATCH_CHECK_MIN_MS = 1_000;
export const WATCH_CHECK_MAX_MS = 5_000;
/** How long an announcement may lag behind what a look shows before watching counts as broken (milliseconds). */
export const WATCH_GRACE_MS = 200;

/** Component log lines wait at most this long before they are written (milliseconds). */
export const COMPONENT_FLUSH_MS = 100;
/** …or until this much is waiting (bytes). */
export const COMPONENT_FLUSH_BYTES = 64 * 1024;
/** More than this is not kept waiting on a disk that does not take it: further lines are counted and dropped (bytes). */
export const COMPONENT_WAITING_MAX_BYTES = 4 * 1024 * 1024;

/** The most bytes of a log in one answer: as in the contract's `readLog`. */
export const RANGE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * A search over many runs that does not get on for so long gives the log up (milliseconds): a block of 64 KiB takes less than a tenth of
 * a second, unless the pattern backtracks or the disk hangs.
 */
export const RUNS_SEARCH_STALL_MS = 8_000;
/** Each run that it begins with gets so long at least (milliseconds). */
export const RUNS_SEARCH_LEAST_MS = 1_000;
/** Hits that a search over many runs takes of one log: the first ones tell what is there, the log itself has the rest. */
export const RUNS_SEARCH_LOG_HITS = 20;
/** A hit of such a search is a line in a list (characters). */
export const RUNS_SEARCH_HIT_CHARS = 400;
