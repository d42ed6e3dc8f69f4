/** How much of the end of a log is read to find the cause: a failed assertion on a device prints thousands of lines before its traceback. */
export const CAUSE_BYTES = 256 * 1024;

/** How much of the end of an item's log is looked through for errors that the program survived; most items print less. */
export const SURVIVED_BYTES = 64 * 1024;

/** How long a tool may take to print the kernel log (ms): it is read only after a failure, and a worker's next start waits for it. */
export const KERNEL_LOG_MS = 3_000;

/** How much of the end of the kernel log is looked at (characters). */
export const KERNEL_LOG_CHARACTERS = 512 * 1024;

/** The kernel's clock and that of a process's start differ by less than this (seconds). */
export const KERNEL_CLOCK_SLACK = 1;

/** Clock ticks in a second, in which a process's start is given: 100 on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/** Longest text of a system's message or a last line that is kept as evidence (characters). */
export const EVIDENCE_CHARACTERS = 600;
