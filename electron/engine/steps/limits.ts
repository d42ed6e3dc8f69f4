/** A worker that ends this often in a row without finishing or even starting an item will not do better the next time. */
export const FRUITLESS_STARTS = 3;

/** First pause before a worker that ended without result is started again, and the longest; it doubles in between. */
export const RESTART_FIRST_MS = 250;
export const RESTART_LONGEST_MS = 30_000;

/** How often it is checked whether a worker prints and reports anything, as a share of the stall time-out, and its bounds. */
export const STALL_CHECK_SHARE = 0.25;
export const STALL_CHECK_MIN_MS = 250;
export const STALL_CHECK_MAX_MS = 15_000;

/** A queue worker that has had end of input and no item may take this long to put its model away; then it is stopped. */
export const END_OF_INPUT_MS = 60_000;

/** When after its start a worker is looked for on its device: a small model is there within seconds, a large one within minutes. */
export const DEVICE_LOOKS_MS: readonly number[] = [5_000, 20_000, 60_000, 300_000];
