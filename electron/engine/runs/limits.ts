/** Device samples come every second; the log keeps one in this time, as two days of eight GPUs would otherwise be a million lines. */
export const METRICS_LOG_INTERVAL_MS = 10_000;

/** What happens inside items is shown at most this often: a person sees no more. */
export const PROGRESS_PUSH_MS = 200;
