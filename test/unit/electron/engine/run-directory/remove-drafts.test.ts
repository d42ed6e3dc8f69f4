import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryName } from '../../../../../electron/engine/files/write-file-atomic.ts';
import { ownIdentity } from '../../../../../electron/engine/processes/process-table.ts';
import { processTable } from '../../../../../electron/engine/processes/this-process-table.ts';
import { removeDrafts } from '../../../../../electron/engine/run-directory/owner-file.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const TABLE = processTable();

/** A draft as a process leaves it that died while it wrote. */
function draftOf(name: string): string {
  return basename(temporaryName(name));
}

test('what only owners write goes, and everything else stays', () => {
  const directory = temporaryFolder();
  const others = ['metrics.json', '.hidden', 'notes.tmp', '.mine.tmp'];
  const left = [draftOf('metrics.json'), draftOf('run.tar.gz')];
  for (const name of [...others, ...left]) writeFileSync(join(directory, name), 'x');
  mkdirSync(join(directory, '.unpacking-one', 'logs'), { recursive: true });
  removeDrafts(directory, TABLE);
  expect(readdirSync(directory).toSorted()).toEqual(others.toSorted());
});

test('what others may be writing, whoever they are and wherever, goes only when it is old', () => {
  const directory = temporaryFolder();
  mkdirSync(join(directory, 'control'));
  const drafts = [join(directory, draftOf('owner.json')), join(directory, 'control', draftOf('17-0a.json'))];
  for (const path of drafts) writeFileSync(path, 'x');
  removeDrafts(directory, TABLE);
  expect([...readdirSync(directory), ...readdirSync(join(directory, 'control'))]).toEqual(
    expect.arrayContaining(drafts.map((path) => basename(path))),
  );
  const longAgo = new Date(Date.now() - 10 * 60_000);
  for (const path of drafts) utimesSync(path, longAgo, longAgo);
  removeDrafts(directory, TABLE);
  expect([...readdirSync(directory), ...readdirSync(join(directory, 'control'))]).toEqual(['control']);
});

test('a claim goes at once whose process is known to be gone, and stays while it lives', () => {
  const directory = temporaryFolder();
  const claim = { ...ownIdentity(TABLE), host: hostname(), nonce: '0a', released: false };
  const mine = draftOf('owner.json');
  const left = draftOf('owner.json');
  writeFileSync(join(directory, mine), JSON.stringify(claim));
  // The number is used again: by another process than the one that wrote it.
  writeFileSync(join(directory, left), JSON.stringify({ ...claim, start_time: claim.start_time + 1 }));
  removeDrafts(directory, TABLE);
  expect(readdirSync(directory)).toEqual([mine]);
});
