import type { Methods } from '../../../shared/contract/methods.ts';
import { ok } from '../../../shared/result.ts';
import { workingFolderOrHome } from '../files/data-home.ts';
import { measureFolder } from '../files/folder-size.ts';
import { readMetadata } from '../run-directory/metadata.ts';
import { deleteRun } from '../run-list/delete-run.ts';
import { launchRequestOf } from '../runs/launch-request-of.ts';
import type { EngineCore } from './engine-core.ts';

type HistoryMethods = Pick<Methods, 'runSizes' | 'deleteRun' | 'launchRequestOf'>;

/** Methods about runs that are over: what they take, to be rid of them, and to launch them again. */
export function historyMethods(core: EngineCore): HistoryMethods {
  return {
    runSizes: ({ runs }) => runSizes(core, runs),
    async deleteRun({ run }) {
      const found = core.find(run);
      if (!found.ok) return found;
      const deleted = await deleteRun({ directory: found.value.directory, table: core.table });
      void core.runList.lookAgain();
      return deleted;
    },
    async launchRequestOf({ run }) {
      const found = core.find(run);
      if (!found.ok) return found;
      const metadata = readMetadata(found.value.directory);
      return metadata.ok ? ok(launchRequestOf(metadata.value, core.options.home, workingFolderOrHome())) : metadata;
    },
  };
}

/** One after the other: somebody scrolls through them, and the disk has other work. */
async function runSizes(core: EngineCore, runs: readonly string[]): Promise<{ run: string; bytes: number }[]> {
  const sizes: { run: string; bytes: number }[] = [];
  for (const run of runs) {
    const found = core.find(run);
    if (!found.ok) continue;
    const bytes = await measureFolder(found.value.directory);
    core.runList.setBytes(found.value.directory, bytes);
    sizes.push({ run, bytes });
  }
  return sizes;
}
