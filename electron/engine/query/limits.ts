/** How long an index that another process writes is waited for: it writes one run at a time. */
export const INDEX_BUSY_MS = 30_000;
