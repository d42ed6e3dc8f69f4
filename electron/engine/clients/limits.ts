/** Runs that one client watches at once: each costs a file watch. A window shows a handful. */
export const WATCHES_PER_CLIENT = 200;

/** Logs that one client follows at once: a grid of workers and the component logs of a few runs. */
export const FOLLOWED_LOGS_PER_CLIENT = 500;

/** Searches of one client at work at once, each a thread that reads as fast as it can; others wait for their turn. */
export const SEARCHES_PER_CLIENT = 2;

/** A search that takes longer than this ends with what it has (milliseconds): a 5 GB log takes half of it, a pattern may never end. */
export const SEARCH_MAX_MS = 60_000;

/** A hit's text is cut at this length (characters): a list of hits shows less, and the offset says where the rest is. */
export const HIT_TEXT_CHARS = 2_000;

/** The hits of one answer hold at most this much text (characters), so that it stays one message of moderate size. */
export const ANSWER_TEXT_CHARS = 4 * 1024 * 1024;

/** A search over all runs answers with what it has after this time (milliseconds) and can go on from there. */
export const RUNS_SEARCH_MAX_MS = 20_000;

/** A form that waits for its files to be counted is told how far that is at most this often (milliseconds). */
export const PREVIEW_PUSH_MS = 100;

/** What was found about a launch is believed for this long when it is then started (milliseconds): files may change meanwhile. */
export const PREPARED_FRESH_MS = 60_000;
