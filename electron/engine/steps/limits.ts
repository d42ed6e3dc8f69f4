/** The reason why a worker waits is journaled again when this time has passed, as its figures change all the time. */
export const WAITING_AGAIN_MS = 60_000;
