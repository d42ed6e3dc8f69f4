import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { processTable } from '../../../../../electron/engine/processes/this-process-table.ts';
import { takeOwnership } from '../../../../../electron/engine/run-directory/owner-file.ts';
import { archiveFile, journalFile, summaryFile } from '../../../../../electron/engine/run-directory/paths.ts';
import { type CleanRequest, cleanRuns } from '../../../../../electron/engine/run-list/clean-runs.ts';
import type { CleanResult } from '../../../../../shared/contract/records.ts';
import { makeRun } from '../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const OLD = '20261001-051500-123-aaaa';
const YOUNG = '20261120-051500-123-bbbb';
const NOW = new Date('2026-11-21T05:15:00Z');

function clean(runs: string, more: Partial<CleanRequest> = {}): CleanResult {
  const result = cleanRuns({
    runs,
    olderThanDays: 30,
    logsOnly: false,
    dryRun: false,
    now: NOW,
    table: processTable(),
    ...more,
  });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Two runs, of which one ended long ago. */
function twoRuns(): { runs: string; old: string; young: string } {
  const runs = temporaryFolder();
  const old = makeRun(runs, { run: OLD, created: new Date('2026-10-01T05:15:00.123Z') });
  const young = makeRun(runs, { run: YOUNG, created: new Date('2026-11-20T05:15:00.123Z') });
  return { runs, old, young };
}

/** Gives every file below a folder one time. */
function touchAll(folder: string, time: Date): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(folder, name), time, time);
}

test('only what ended longer ago than asked is deleted, and the freed bytes are told', () => {
  const { runs, old, young } = twoRuns();
  const result = clean(runs);
  expect(result.runs.map((run) => run.run)).toEqual([OLD]);
  expect(result.bytes).toBeGreaterThan(1000);
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  expect(readdirSync(dirname(old))).toEqual([YOUNG]);
});

test('a dry run says the same and frees nothing', () => {
  const { runs, old } = twoRuns();
  const dry = clean(runs, { dryRun: true });
  expect(existsSync(old)).toBe(true);
  expect({ ...clean(runs), dryRun: true }).toEqual(dry);
});

test('logs only: summary, records and outputs stay, logs and archive go', () => {
  const { runs, old } = twoRuns();
  writeFileSync(summaryFile(old), 'summary');
  writeFileSync(archiveFile(old), 'archive');
  const before = readdirSync(old);
  const result = clean(runs, { logsOnly: true });
  expect(result.runs.map((run) => run.run)).toEqual([OLD]);
  const ownership = ['control', 'owner.json'];
  expect(readdirSync(old).filter((name) => !ownership.includes(name))).toEqual(
    before.filter((name) => name !== 'run.tar.gz'),
  );
  expect(readdirSync(join(old, 'logs'))).toEqual([]);
  expect(readdirSync(join(old, 'outputs', 'step_001'))).toHaveLength(4);
  expect(clean(runs, { logsOnly: true }).runs).toEqual([]);
});

test('a run with an owner is never touched, however old', () => {
  const { runs, old } = twoRuns();
  const owner = takeOwnership(old, processTable());
  if (!owner.ok) throw new Error(owner.error.message);
  expect(clean(runs).runs).toEqual([]);
  expect(clean(runs, { logsOnly: true }).runs).toEqual([]);
  expect(existsSync(join(old, 'logs', 'run.log'))).toBe(true);
  owner.value.release();
  expect(clean(runs).runs).toHaveLength(1);
});

test('a run whose files are being worked on is left where it is', () => {
  const { runs, old } = twoRuns();
  const owner = takeOwnership(old, processTable(), 'archiving');
  if (!owner.ok) throw new Error(owner.error.message);
  expect(clean(runs).runs).toEqual([]);
  expect(existsSync(journalFile(old))).toBe(true);
  owner.value.release();
});

test('an interrupted run whose logs were cleaned is as old as before', () => {
  const runs = temporaryFolder();
  const directory = makeRun(runs, { run: OLD, end: null, finished: 2 });
  touchAll(directory, new Date('2026-10-01T05:15:00Z'));
  expect(clean(runs, { logsOnly: true }).runs).toHaveLength(1);
  expect(clean(runs).runs).toHaveLength(1);
});

test('an interrupted run goes by its newest file: a worker that outlived its engine still writes', () => {
  const runs = temporaryFolder();
  const directory = makeRun(runs, { run: OLD, end: null, finished: 2 });
  expect(clean(runs, { now: new Date() }).runs).toEqual([]);
  touchAll(directory, new Date('2026-10-01T05:15:00Z'));
  expect(clean(runs).runs.map((run) => run.run)).toEqual([OLD]);
});

test('a damaged run is not deleted and is told: nobody knows what it holds', () => {
  const { runs, old } = twoRuns();
  writeFileSync(journalFile(old), 'garbage\n');
  expect(clean(runs)).toMatchObject({ runs: [], unread: [{ run: OLD, directory: old }] });
});

test('links are neither followed nor cleaned', () => {
  const { runs } = twoRuns();
  const outside = temporaryFolder();
  const linked = makeRun(outside, { run: '20260901-051500-123-cccc', created: new Date('2026-09-01T05:15:00Z') });
  symlinkSync(linked, join(runs, 'kmer-embedding', '20260901-051500-123-cccc'));
  symlinkSync(join(outside, 'kmer-embedding'), join(runs, 'linked'));
  clean(runs);
  expect(existsSync(journalFile(linked))).toBe(true);
});

test('links inside a run go, what they point to stays', () => {
  const { runs, old } = twoRuns();
  const outside = temporaryFolder();
  mkdirSync(join(outside, 'precious'));
  writeFileSync(join(outside, 'precious', 'file'), 'x');
  symlinkSync(join(outside, 'precious'), join(old, 'logs', 'link'));
  clean(runs, { logsOnly: true });
  expect(existsSync(join(old, 'logs', 'link'))).toBe(false);
  renameSync(join(old, 'logs'), join(old, 'no-logs'));
  symlinkSync(join(outside, 'precious'), join(old, 'logs'));
  clean(runs, { logsOnly: true });
  clean(runs);
  expect(existsSync(old)).toBe(false);
  expect(readdirSync(join(outside, 'precious'))).toEqual(['file']);
});

test('a deletion that was cut off is carried through by the next one', () => {
  const { runs, old, young } = twoRuns();
  const half = join(dirname(old), `.deleting-${OLD}`);
  renameSync(old, half);
  expect(clean(runs, { dryRun: true }).runs).toEqual([]);
  expect(existsSync(half)).toBe(true);
  clean(runs);
  expect([existsSync(half), existsSync(young)]).toEqual([false, true]);
});
