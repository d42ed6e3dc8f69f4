/** How often a stop looks whether a process group is gone: often enough that a stop feels immediate, and one look costs about 3 ms. */
export const GONE_POLL_MS = 25;

/** After the last worker process is dead its launcher gets this long to record the exit status before it is killed too. */
export const LAUNCHER_GRACE_MS = 500;

/** After SIGKILL a process can stay for a while in an uninterruptible system call; longer than this is said, not waited for. */
export const KILL_WAIT_MS = 3_000;

/** First and longest pause between two looks at a record that is not there yet. */
export const RECORD_POLL_MIN_MS = 2;
export const RECORD_POLL_MAX_MS = 50;

/** How often the pid of a worker that is not our child is looked at; nobody tells us about its end. */
export const ADOPTED_POLL_MS = 200;

/** A pipe holds 64 KiB; when a worker does not read, the rest of a line waits this long for the next try. */
export const INPUT_RETRY_MS = 10;

/** What a pipe of Linux holds unless it was made larger. */
export const PIPE_BYTES = 64 * 1024;

/** After this long a launcher whose start was not answered shows in the list of processes, if it was started at all. */
export const UNANSWERED_START_MS = 200;
