/** An owner on another host is not displaced while its file is younger than this: two missed touches. */
export const FOREIGN_OWNER_FRESH_MS = 60_000;
