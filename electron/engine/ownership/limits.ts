/** How often an owner touches owner.json, so that other hosts and the launchers see that it lives. */
export const OWNER_TOUCH_MS = 30_000;

/** An owner on another host is not displaced while its file is younger than this: two missed touches. */
export const FOREIGN_OWNER_FRESH_MS = 60_000;

/** How often an owner that has let go tries to say so on a disk that is full. */
export const RELEASE_RETRY_MS = 1_000;

/** Requests are noticed by watching; where watching does not work they are looked for this often. */
export const CONTROL_POLL_MS = 250;

/** How long a client waits for an owner's answer before it says that the owner does not answer. */
export const CONTROL_ANSWER_MS = 20_000;

/** A claim without content that is younger than this is still being written, on a file system without hard links; it takes milliseconds. */
export const CLAIM_WRITTEN_MS = 500;

/** How often such a claim is looked at. */
export const CLAIM_LOOK_MS = 10;

/** A file of some hundred bytes that was begun so long ago is not being written any more, whatever disk it is on. */
export const DRAFT_AGE_MS = 60_000;

/** How often whoever wants a run looks whether somebody else's work on its files has ended. */
export const FILE_WORK_LOOK_MS = 100;

/** A shorter wait needs no word. */
export const FILE_WORK_TOLD_MS = 1_000;

/** Packing a hundred gigabytes of logs takes longer; whoever wants the run then is told to come again. */
export const FILE_WORK_WAIT_MS = 600_000;
