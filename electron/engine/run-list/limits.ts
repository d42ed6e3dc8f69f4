/** So many entries go into one message: some 300 kB. */
export const ENTRIES_PER_PUSH = 1_000;
