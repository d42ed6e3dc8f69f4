import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../files/write-file-atomic.ts';
import { archiveStateFile } from '../../run-directory/paths.ts';

const archiveStateSchema = z.object({
  /** Bytes of run.tar.gz. */
  size: z.number().int().nonnegative(),
  sha256: z.string(),
  /** ISO time. */
  made: z.string(),
  /** True if something archived has changed since. The archive then has to be made again. */
  stale: z.boolean(),
  /** True while the logs are only in the archive. */
  packed: z.boolean().optional(),
  members: z.array(z.object({ path: z.string(), size: z.number().int().nonnegative() })),
});
/** The document of archive.json: the expected size, checksum and members of run.tar.gz. */
export type ArchiveState = z.infer<typeof archiveStateSchema>;

/** Reads archive.json. Returns null if it is missing or not valid: in both cases the archive has to be made again. */
export function readArchiveState(directory: string): ArchiveState | null {
  try {
    return archiveStateSchema.parse(JSON.parse(readFileSync(archiveStateFile(directory), 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Writes archive.json.
 * @throws the file system's error
 */
export function writeArchiveState(directory: string, state: ArchiveState): void {
  writeFileAtomic(archiveStateFile(directory), `${JSON.stringify(state, null, 2)}\n`);
}

/**
 * Marks the archive as stale. Call this before anything archived is appended to (resume, retry, reconcile). Does nothing without an archive.
 * @throws the file system's error
 */
export function markArchiveStale(directory: string): void {
  const state = readArchiveState(directory);
  if (state !== null && !state.stale) writeArchiveState(directory, { ...state, stale: true });
}
