import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/write-file-atomic.ts';

/** What somebody had typed into the form; null where nothing is kept or it cannot be read. */
export function readDraft(home: string): string | null {
  try {
    return readFileSync(draftFile(home), 'utf8');
  } catch {
    return null;
  }
}

/** Keeps it for the next start. On a full disk it is not kept: what was typed is still in the form. */
export function keepDraft(home: string, draft: string): void {
  try {
    writeFileAtomic(draftFile(home), draft);
  } catch {
    // See above.
  }
}

function draftFile(home: string): string {
  return join(home, 'launch-draft.json');
}
