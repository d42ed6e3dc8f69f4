const GIB = 1024 ** 3;

/**
 * With less than this free nothing is handed out any more (bytes): room for what the items under way still write, and for the journal and the
 * logs of days.
 */
export const LOW_MARK_BYTES = 1 * GIB;

/** On a small disk it is this share of it: a GiB would be all of a memory disk. */
export const LOW_MARK_SHARE = 0.01;

/** As many files more have to fit on a disk (inodes), or its share above: what runs makes outputs, logs and lists. */
export const LOW_MARK_FILES = 10_000;

/** It goes on at so many times the low mark: at the mark itself it would stop and go with every item. */
export const HIGH_MARK_FACTOR = 2;

/** Where so much cannot be free, it goes on when this share of what lies above the low mark is: a disk is never quite empty. */
export const HIGH_MARK_SHARE = 0.5;

/** How often a disk is looked at: far from its mark, and at the most when it fills fast or workers start. Asking takes microseconds (ms). */
export const FAR_LOOK_MS = 5_000;
export const NEAR_LOOK_MS = 250;

/** How soon after the first look: nobody knows yet how fast the disk fills (ms). */
export const SECOND_LOOK_MS = 1_000;

/** How often while dispatch is paused: whoever has freed space waits for it (ms). */
export const PAUSED_LOOK_MS = 1_000;

/** The next look comes after this share of the time in which the disk would be down to its mark at the speed seen last. */
export const LOOK_SHARE = 0.5;

/** A network disk that does not answer within this time is taken as it was known before; the answer counts when it comes (ms). */
export const ANSWER_LIMIT_MS = 2_000;
