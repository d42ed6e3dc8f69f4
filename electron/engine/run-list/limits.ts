/** Runs that are active, and the newest ones, are looked at this often: progress and a resume show within it (milliseconds). */
export const RECENT_LOOK_MS = 1_000;

/** So many of the newest runs count as recent: what is resumed is mostly among them. */
export const RECENT_RUNS = 50;

/** The journals of all runs are looked at this often (milliseconds), or less often where that takes long: see ALL_LOOK_SHARE. */
export const ALL_LOOK_MS = 5_000;

/** Looking at all journals takes at most a share of 1 / this of the time: 10,000 of them take some 50 ms. */
export const ALL_LOOK_SHARE = 50;

/** Every so many looks at all journals the other records are looked at as well: somebody may have damaged them by hand. */
export const THOROUGH_EVERY = 12;

/** Folders that appear together are looked at together (milliseconds). */
export const FOLDER_SETTLE_MS = 30;

/** A folder that is younger than this may be a run that is still being made, and is not called damaged (milliseconds). */
export const YOUNG_RUN_MS = 10_000;

/** So many folders of pipelines are watched; the runs of others are found by looking. */
export const WATCHED_FOLDERS = 200;

/** So many entries go into one message: some 300 kB. */
export const ENTRIES_PER_PUSH = 1_000;

/** While many runs are read, what was found is told at most this often (milliseconds): each message is drawn. */
export const PUSH_EVERY_MS = 150;

/** The list is kept on the disk when so many runs had to be read anew; fewer are read again as quickly. */
export const KEEP_AFTER_READS = 100;
