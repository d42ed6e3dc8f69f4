/** A worker that ends this often in a row without finishing or even starting an item will not do better the next time. */
export const FRUITLESS_STARTS = 3;

/** Where every start fails in the same way until somebody mends the program, one is enough: a model may have been loaded for a minute first. */
export const CERTAIN_STARTS = 1;

/** What may be over in a minute or two is tried this often: with the pauses in between that is two minutes. */
export const PATIENT_STARTS = 8;

/** So many workers in a row that fail from their device are enough to use it no more. */
export const DEVICE_FAILURES = 3;

/** An item that met a bad device is given to another one this often before it counts as an attempt: it may be the item that breaks them. */
export const ITEM_MOVES = 2;

/** First pause before a worker that ended without result is started again, or an item is tried again; it doubles. A setting. */
export const RESTART_FIRST_MS = 1_000;

/** The longest of these pauses: a host of models or a stranger's job may need a minute. */
export const RESTART_LONGEST_MS = 60_000;

/** A worker that has lived this long was well: the next pause is the first again. */
export const HEALTHY_SPELL_MS = 60_000;

/** A device that has left is probed after this many first pauses (30 s); the time doubles up to this many (10 min). */
export const PROBE_FIRST_PAUSES = 30;
export const PROBE_LONGEST_PAUSES = 600;

/** How often a worker that waits for memory looks whether there is enough. */
export const ADMISSION_LOOK_MS = 2_000;

/** One answer about the devices serves every worker that asks within this time: the tool takes tenths of a second. */
export const ADMISSION_FRESH_MS = 1_000;

/**
 * Where no driver tells which process holds what, memory is kept for a worker for at most this time, or until its first item has ended: nothing
 * else would show that it has allocated.
 */
export const UNSEEN_RESERVATION_MS = 300_000;

/** The reason why a worker waits is journaled again when this time has passed, as its figures change all the time. */
export const WAITING_AGAIN_MS = 60_000;

/** A parameter is lowered at most this often: half of anything is below one by then. */
export const LADDER_STEPS = 20;

/** How often it is checked whether a worker prints and reports anything, as a share of the stall time-out, and its bounds. */
export const STALL_CHECK_SHARE = 0.25;
export const STALL_CHECK_MIN_MS = 250;
export const STALL_CHECK_MAX_MS = 15_000;

/** Where the pipeline sets no stall time-out, a worker may be silent for this many times what nearly all items took. */
export const STALL_ITEM_TIMES = 10;

/** So many latest item times are looked at: enough for a quantile, few enough to be sorted at any time. */
export const ITEM_TIMES_KEPT = 500;

/** A device below this load (percent) does not compute: drivers show a few percent for a display. */
export const IDLE_UTILIZATION = 1;

/** How long the dump of a stack may take (ms), how many processes of a worker get one, and how many lines of it are kept. */
export const STACK_DUMP_MS = 10_000;
export const STACK_DUMP_PROCESSES = 4;
export const STACK_DUMP_LINES = 200;

/** So many survived errors of a worker are told one by one; a program may catch one per item. */
export const SURVIVED_TOLD = 20;

/** A queue worker that has had end of input and no item may take this long to put its model away; then it is stopped. */
export const END_OF_INPUT_MS = 60_000;

/**
 * How long an engine that is to hand a step over waits for starts to be recorded and lines to be written: both take milliseconds, and where a
 * disk is full the run rather stays where it is.
 */
export const LEAVE_LIMIT_MS = 5_000;
export const LEAVE_POLL_MS = 5;

/** When after its start a worker is looked for on its device: a small model is there within seconds, a large one within minutes. */
export const DEVICE_LOOKS_MS: readonly number[] = [5_000, 20_000, 60_000, 300_000];
