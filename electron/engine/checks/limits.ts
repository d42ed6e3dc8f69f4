/** An interpreter that only looks for modules answers within a tenth of a second; on a cold network disk it takes seconds (ms). */
export const IMPORTS_PROBE_MS = 8_000;

/** The beginning of a script that is looked at: imports stand at its top (bytes). */
export const SCRIPT_BYTES = 64 * 1024;

/** Less free room than this at the output folder is told before the start (bytes): one result of a model often has this size. */
export const LITTLE_DISK_BYTES = 2 * 1024 ** 3;

/** A device where others hold more than this part of the memory is told before the start. */
export const STRANGERS_PART = 0.1;
