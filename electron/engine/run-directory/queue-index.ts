import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_ID_PATTERN } from '../../../shared/ids.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';

/**
 * The queued runs of a data folder, each a file with the path of its directory: after a restart of the machine nobody lives who knows of them, and
 * looking through all runs takes too long. The journal of a run says whether it still waits.
 */
function indexFolder(home: string): string {
  return join(home, 'queue');
}

/** Notes that a run waits. @throws the file system's error */
export function addQueued(home: string, { run, directory }: { run: string; directory: string }): void {
  makeFolders(indexFolder(home), PRIVATE_FOLDER);
  writeFileAtomic(join(indexFolder(home), run), `${directory}\n`);
}

/** Notes that a run does not wait any more. */
export function removeQueued(home: string, run: string): void {
  rmSync(join(indexFolder(home), run), { force: true });
}

/** Returns the runs that wait, as far as they are noted. */
export function listQueued(home: string): { run: string; directory: string }[] {
  return namesIn(indexFolder(home)).flatMap((run) => {
    try {
      return [{ run, directory: readFileSync(join(indexFolder(home), run), 'utf8').trimEnd() }];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => RUN_ID_PATTERN.test(name));
  } catch {
    return [];
  }
}
