import { z } from 'zod';

/** Shows whether an output is unchanged: its bytes, or the number of entries of a folder, and its modification time. */
export const outputStampSchema = z.object({
  size: z.number().nonnegative(),
  /** Milliseconds since 1970, as the file system gives them. */
  mtime_ms: z.number(),
});
export type OutputStamp = z.infer<typeof outputStampSchema>;

/** The mark of an output without a recorded stamp, as in runs of earlier releases. */
export const NO_MARK = 0;

/** FNV-1a, 32 bits: its offset basis and its prime (Fowler, Noll, Vo). */
const HASH_BASIS = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/**
 * Returns a stamp in four bytes, because a million outputs are held in memory. Equal stamps have equal marks; two different stamps have
 * equal marks with a chance of one in four thousand million.
 */
export function markOf({ size, mtime_ms }: OutputStamp): number {
  let hash = HASH_BASIS;
  for (const code of `${size}@${mtime_ms}`) hash = Math.imul(hash ^ code.charCodeAt(0), HASH_PRIME) >>> 0;
  return hash === NO_MARK ? 1 : hash;
}
