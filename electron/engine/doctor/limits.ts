/** Loading PyTorch for the first time from a slow disk takes most of a minute. */
export const TORCH_PROBE_MS = 90_000;
/** One-shot questions to tools of the system. */
export const TOOL_MS = 5_000;

const GIB = 2 ** 30;
/** With less than this a run's logs and records are at risk. */
export const LITTLE_DISK_BYTES = 10 * GIB;
export const NO_DISK_BYTES = 1 * GIB;

/** One engine with 64 workers needs about 300 descriptors; a program that opens many files of its own needs more. */
export const FEW_OPEN_FILES = 1_024;
/** 64 workers of 16 threads each. */
export const FEW_PROCESSES = 2_048;

/** File systems that other machines write to stamp files by their own clock; beyond this, ownership of runs cannot be judged well. */
export const CLOCK_SKEW_MS = 5_000;

/** What a support bundle takes of one log at most, from its end: enough to see the cause, small enough to send. */
export const BUNDLED_LOG_BYTES = 256 * 1024;
export const BUNDLED_JOURNAL_BYTES = 2 * 1024 * 1024;
/** Runs that a bundle takes when none is named: the newest that did not complete. */
export const BUNDLED_RUNS = 3;
/** How many entries of the list of runs a bundle has. */
export const LISTED_RUNS = 100;
