import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { createFileOnce, writeFileAtomic } from '../files/write-file-atomic.ts';

/** What was written before the runs' files were named at their depth: whoever has not changed it gets the present one. */
const EARLIER_CONTENT = `# Written once by Drover; change it as you like.
# Kept: summaries, notes and JSON records. Ignored: logs, outputs, archives and what only a live run needs.
*
!*/
!.gitignore
!logs_summary.txt
!*.md
!commit.txt
!*.json
logs/
outputs/
control/
processes/
manifests/
owner.json
`;

const CONTENT = `# Written once by Drover; change it as you like.
# Kept: the summary and the JSON records of each run, and notes beside them. Ignored: everything else, such as logs, outputs, lists of
# inputs, archives, what only a live run needs, and whatever programs leave in a run's folder.
/*
!/.gitignore
!/*.md
!/*/
/*/*
!/*/*.md
!/*/*/
/*/*/*
!/*/*/logs_summary.txt
!/*/*/metadata.json
!/*/*/metrics.json
!/*/*/reconciliation.json
!/*/*/archive.json
!/*/*/commit.txt
!/*/*/*.md
artifacts/
workspace/
`;

/**
 * Writes a .gitignore into the folder of all runs, so that it can be a git repository of summaries. A file that somebody has
 * changed stays as it is.
 * @throws the file system's error, except that the file exists
 */
export function writeRunsGitignore(runs: string): void {
  makeFolders(runs, PRIVATE_FOLDER);
  const path = join(runs, '.gitignore');
  if (isEarlier(path)) writeFileAtomic(path, CONTENT);
  else createFileOnce(path, CONTENT);
}

function isEarlier(path: string): boolean {
  try {
    return readFileSync(path, 'utf8') === EARLIER_CONTENT;
  } catch {
    return false;
  }
}
