/** One-shot question to a vendor's tool (ms). Eight cards without persistence mode need 6 to 10 s for their first answer. */
export const PROBE_TIMEOUT_MS = 20_000;

/** Largest answer kept of a one-shot question (characters); a table of 64 cards with 1,000 processes is below 1 MB. */
export const PROBE_MAX_OUTPUT = 16 * 1024 * 1024;

/** Time between two samples of a device (ms). NVML's own averaging window is 1/6 to 1 s: asking faster tells nothing new. */
export const SAMPLE_INTERVAL_MS = 1_000;

/** Time between two samples of AMD devices (ms): each costs the start of a Python program. */
export const AMD_SAMPLE_INTERVAL_MS = 5_000;

/** Intervals without a line before the stream is taken for hung, and its figures for stale. */
export const SILENT_INTERVALS = 5;

/** Time the stream has for its very first line (ms): the driver may have to wake every card. */
export const FIRST_LINE_MS = 20_000;

/** First and longest wait before the stream is started again (ms); doubled at each failure in between. */
export const RESTART_FIRST_MS = 1_000;
export const RESTART_LONGEST_MS = 60_000;

/** A stream that has given lines for this long was healthy: its next failure waits the first time again (ms). */
export const HEALTHY_MS = 30_000;

/** Killed streams that the kernel has not let go yet. With this many, no further one is started: each would hang alike. */
export const UNKILLABLE_LIMIT = 2;

/** How long stopping waits for a killed tool to be gone (ms); one in uninterruptible sleep is then left behind. */
export const STOP_WAIT_MS = 1_000;

/** How far back the samples are kept for who begins to look (ms), and how often new ones are told (ms): a person sees no more. */
export const FEED_PAST_MS = 5 * 60_000;
export const FEED_PUSH_MS = 500;

/** How often it is asked who uses the devices while somebody looks (ms): each time costs the start of a tool or two. */
export const FEED_LOOK_MS = 10_000;

/** Longest line of a tool that is looked at (characters); more without a line end is thrown away. */
export const LINE_LIMIT = 64 * 1024;

/** CPU slots used when there is no GPU and nothing else was asked for. */
export const DEFAULT_CPU_SLOTS = 4;

/** Most CPU slots that can be asked for: far above any useful number, low enough to catch a slip of the keyboard. */
export const CPU_SLOTS_LIMIT = 1_024;
