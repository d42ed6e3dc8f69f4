/** A line longer than this is scanned in pieces (bytes). */
export const SCAN_LINE_BYTES = 64 * 1024;
/** Pieces overlap by this much, so that a needle and its surroundings are seen whole: a usage object takes up to 500 (bytes). */
export const SCAN_OVERLAP_BYTES = 1024;
/** How much of a line is examined and kept, around what was found (bytes). */
export const PROBLEM_TEXT_BYTES = 2 * 1024;
export const PROBLEM_SHOWN_CHARS = 500;
/** Kinds of warnings and errors kept per worker; further kinds are only counted. */
export const MAX_PROBLEM_KINDS = 200;
/** How much of one log is scanned before the others and waiting messages have their turn (bytes). */
export const SCAN_SLICE_BYTES = 4 * 1024 * 1024;
/** How often growing logs are checked, and the shortest time between findings (milliseconds). */
export const SCAN_BUSY_POLL_MS = 250;
/** The same once nothing has grown for a while (milliseconds). */
export const SCAN_IDLE_POLL_MS = 2_000;
/** Without growth for this long the slow pace begins (milliseconds). */
export const SCAN_IDLE_AFTER_MS = 5_000;
/**
 * The scanner yields to everything else on the machine: a nice value (0 normal, 19 last). At 10 it gets a tenth of what a worker gets, so that
 * workers that keep every core busy are hardly slowed. What it has not read by then it reads when they have ended.
 */
export const SCAN_NICE = 10;
/** Two threads read as fast as a disk writes. More would only take cores from the workers. */
export const SCAN_THREADS = 2;
/** The thread keeps very little data: its heap stays small (MiB). */
export const SCAN_HEAP_MIB = 64;
export const SCAN_YOUNG_HEAP_MIB = 4;
