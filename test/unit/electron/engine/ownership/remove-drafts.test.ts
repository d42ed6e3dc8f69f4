import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { removeDrafts } from '../../../../../electron/engine/ownership/remove-drafts.ts';
import { processTable } from '../../../../../electron/engine/processes/process-table.ts';
import { temporaryName } from '../../../../../electron/engine/records/write-file-atomic.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

test('drafts of processes that are dead go, those of living ones and everything else stay', () => {
  const directory = temporaryFolder();
  mkdirSync(join(directory, 'control'));
  const dead = spawnSync('true').pid;
  const mine = basename(temporaryName(join(directory, 'metrics.json')));
  const others = ['metrics.json', '.hidden', 'notes.tmp', '.mine.tmp', mine];
  for (const name of [...others, mine.replace(`.${process.pid}-`, `.${dead}-`)])
    for (const folder of [directory, join(directory, 'control')]) writeFileSync(join(folder, name), 'x');
  removeDrafts(directory, processTable());
  expect(readdirSync(directory).toSorted()).toEqual([...others, 'control'].toSorted());
  expect(readdirSync(join(directory, 'control')).toSorted()).toEqual(others.toSorted());
});
