/** How often the pid of a worker that is not our child is looked at; nobody tells us about its end. */
export const ADOPTED_POLL_MS = 200;
