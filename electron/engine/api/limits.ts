/** Logs that one client follows at once: a grid of workers and the component logs of a few runs. */
export const FOLLOWED_LOGS_PER_CLIENT = 500;
