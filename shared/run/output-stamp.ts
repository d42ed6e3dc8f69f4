import { z } from 'zod';

/** What of an output shows that it is as it was made: its bytes, or the entries of a folder, and when it was changed last. */
export const outputStampSchema = z.object({
  size: z.number().nonnegative(),
  /** Milliseconds since 1970, as the file system gives them. */
  mtime_ms: z.number(),
});
export type OutputStamp = z.infer<typeof outputStampSchema>;

/** The mark of an output of which nothing was noted, as by earlier releases. */
export const NO_MARK = 0;

/** FNV-1a, 32 bits: its offset basis and its prime (Fowler, Noll, Vo). */
const HASH_BASIS = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/**
 * A stamp in four bytes, as a million outputs are held in memory: equal stamps have equal marks, and of two different ones the marks are
 * equal once in four thousand million times.
 */
export function markOf({ size, mtime_ms }: OutputStamp): number {
  let hash = HASH_BASIS;
  for (const code of `${size}@${mtime_ms}`) hash = Math.imul(hash ^ code.charCodeAt(0), HASH_PRIME) >>> 0;
  return hash === NO_MARK ? 1 : hash;
}
