/** Device samples come every second; the log keeps one in this time, as two days of eight GPUs would otherwise be a million lines. */
export const METRICS_LOG_INTERVAL_MS = 10_000;

/** What happens inside items is shown at most this often: a person sees no more. */
export const PROGRESS_PUSH_MS = 200;

/** Token totals are journaled at most this often while a worker runs, and at the end. */
export const TOKENS_JOURNAL_MS = 5_000;

/** How long the scan of the logs may go on after the last worker of a step before the totals are taken as they are. */
export const SCAN_FINISH_MS = 30_000;

/** Logs beyond this are worth a word: most runs stay far below, and a worker that prints in a loop fills a disk in hours (bytes). */
export const LOG_BUDGET_BYTES = 10 * 1024 ** 3;

/** How often the logs are measured; a look costs a few microseconds per file. */
export const LOG_BUDGET_LOOK_MS = 30_000;

/** How long a client waits for a headless engine to take its run: a Node start takes a tenth of a second, a busy machine longer. */
export const HEADLESS_START_MS = 20_000;
export const HEADLESS_POLL_MS = 20;

/** How long a run that is to be handed over may take to be let go of: with a step under way that is immediate, between two steps files are looked at. */
export const LEAVE_RUN_MS = 15_000;

/** Clocks that are kept right drift by less (milliseconds); what is further apart was set, or the machine slept. */
export const CLOCK_SET_MS = 1_000;
