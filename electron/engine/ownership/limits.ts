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
