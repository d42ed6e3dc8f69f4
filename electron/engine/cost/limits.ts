/** Files per message to a cost thread: enough that messages cost nothing, few enough that threads end together. */
export const BATCH_FILES = 500;
