import { join } from 'node:path';
import { makeFolders } from '../disk/make-folders.ts';
import { PRIVATE_FOLDER } from '../disk/private-data.ts';
import { createFileOnce } from '../records/write-file-atomic.ts';

const CONTENT = `# Written once by Drover; change it as you like.
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

/**
 * Writes a .gitignore into the folder of all runs, so that it can be a git repository of summaries. A file that is there
 * stays as it is.
 * @throws the file system's error, except that the file exists
 */
export function writeRunsGitignore(runs: string): void {
  makeFolders(runs, PRIVATE_FOLDER);
  createFileOnce(join(runs, '.gitignore'), CONTENT);
}
