import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessTable } from '../processes/process-table.ts';
import { controlFolder } from '../runs/run-directory.ts';

/** The names that `temporaryName` gives, with the process that writes the file. */
const DRAFT = /^\..+\.(\d+)-[0-9a-z]+\.tmp$/;

/** Removes what processes that died while they wrote a file left in a run's folder. Called by its owner. */
export function removeDrafts(directory: string, table: ProcessTable): void {
  for (const folder of [directory, controlFolder(directory)]) {
    for (const name of namesIn(folder)) {
      const writer = DRAFT.exec(name)?.[1];
      if (writer !== undefined && table.startTime(Number(writer)) === null) rmSync(join(folder, name), { force: true });
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
