import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/write-file-atomic.ts';

/** Returns the saved content of the launch form; null when there is none or it cannot be read. */
export function readDraft(home: string): string | null {
  try {
    return readFileSync(draftFile(home), 'utf8');
  } catch {
    return null;
  }
}

/** Saves it for the next start. On a full disk it is not saved: the form still has it. */
export function keepDraft(home: string, draft: string): void {
  try {
    writeFileAtomic(draftFile(home), draft);
  } catch {
    // The disk is full, see above.
  }
}

function draftFile(home: string): string {
  return join(home, 'launch-draft.json');
}
