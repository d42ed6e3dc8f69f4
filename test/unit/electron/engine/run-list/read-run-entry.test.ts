import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journalFile, metadataFile } from '../../../../../electron/engine/run-directory/paths.ts';
import { listRunPlaces } from '../../../../../electron/engine/run-directory/run-places.ts';
import { readRunEntry } from '../../../../../electron/engine/run-list/read-run-entry.ts';
import type { RunListEntry } from '../../../../../shared/contract/runs.ts';
import { makeRun } from '../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const RUN = '20261121-051500-123-k3f9';

function only(runs: string, owned = false): RunListEntry {
  const [place, ...others] = listRunPlaces(runs);
  if (place === undefined || others.length > 0) throw new Error(`there are ${others.length} runs too many, or none`);
  return readRunEntry(place, () => owned);
}

test('an ended run is listed from the two ends of its journal', () => {
  const runs = temporaryFolder();
  const directory = makeRun(runs, { items: 300, failEvery: 100, name: 'mine', end: 'completed-with-failures' });
  // The middle is not looked at: a journal of any size opens at once.
  const expected = {
    run: RUN,
    pipeline: 'kmer-embedding',
    name: 'mine',
    status: 'completed-with-failures',
    created: '2026-11-21T05:15:00.123Z',
    ended: '2026-11-21T05:17:30.123Z',
    worked: null,
    items: { total: 300, complete: 297, failed: 3 },
    directory,
    damage: null,
    devices: [{ kind: 'cpu', name: 'Test processor', count: 2 }],
    archive: 'none',
    bytes: null,
  };
  expect(only(runs)).toEqual(expected);
  expect(only(runs, true)).toEqual(expected);
});

test('a run that has not ended is running with an owner and interrupted without', () => {
  const runs = temporaryFolder();
  makeRun(runs, { items: 100, finished: 40, end: null });
  expect(only(runs, true)).toMatchObject({
    status: 'running',
    ended: null,
    items: { total: 100, complete: 40, failed: 0 },
  });
  expect(only(runs, false).status).toBe('interrupted');
});

test('a torn line behind the end is not a line', () => {
  const runs = temporaryFolder();
  appendFileSync(journalFile(makeRun(runs)), '{"type":"owner-ta');
  expect(only(runs).status).toBe('completed');
});

test('a run that goes on after an end is not called ended', () => {
  const runs = temporaryFolder();
  const taken = { type: 'owner-taken', purpose: 'resume', pid: 1, host: 'box', time: '2026-11-21T06:00:00.000Z' };
  appendFileSync(journalFile(makeRun(runs)), `${JSON.stringify(taken)}\n`);
  expect(only(runs, true)).toMatchObject({ status: 'running', ended: null });
});

test('a last line longer than what is read from the end is folded with the rest', () => {
  const runs = temporaryFolder();
  const released = { type: 'items-released', step: 1, items: [], reason: 'r'.repeat(100_000), time: 't' };
  appendFileSync(journalFile(makeRun(runs)), `${JSON.stringify(released)}\n`);
  expect(only(runs)).toMatchObject({ status: 'completed', items: { total: 4, complete: 4 } });
});

test('runs of all pipelines come newest first', () => {
  const runs = temporaryFolder();
  const ids = ['20261121-051500-123-aaaa', '20261122-051500-123-aaaa', '20261120-051500-123-aaaa'];
  ids.forEach((run, index) => makeRun(runs, { run, pipeline: `p-${index}` }));
  expect(listRunPlaces(runs).map((place) => place.run)).toEqual(ids.toSorted().toReversed());
});

test.each([
  ['no journal', (directory: string): void => rmSync(journalFile(directory)), 'journal.ndjson is missing'],
  ['no metadata', (directory: string): void => rmSync(metadataFile(directory)), 'metadata.json is missing'],
  ['an empty journal', (directory: string): void => writeFileSync(journalFile(directory), ''), 'is empty'],
  ['garbage', (directory: string): void => writeFileSync(journalFile(directory), 'a\nb\n'), 'does not begin with'],
  ['no whole line', (directory: string): void => writeFileSync(journalFile(directory), '{"ty'), 'does not begin with'],
  [
    'the journal of another run',
    (directory: string): void =>
      writeFileSync(
        journalFile(directory),
        '{"type":"run-created","run":"x","pipeline":"p","name":null,"steps":[],"time":"t"}\n',
      ),
    'belongs to run x',
  ],
  ['empty metadata', (directory: string): void => writeFileSync(metadataFile(directory), ''), 'metadata.json is empty'],
  [
    'metadata that are cut off',
    (directory: string): void => truncateSync(metadataFile(directory), statSync(metadataFile(directory)).size - 20),
    'metadata.json is not whole',
  ],
  [
    'metadata that are no JSON',
    (directory: string): void => writeFileSync(metadataFile(directory), '{"version": 1, oh}'),
    'metadata.json is not JSON',
  ],
  [
    'metadata of something else',
    (directory: string): void => writeFileSync(metadataFile(directory), '{"version": 1, "devices": 4}'),
    'metadata.json does not have the expected form',
  ],
  [
    'metadata of a newer release',
    (directory: string): void => {
      const text = readFileSync(metadataFile(directory), 'utf8');
      writeFileSync(metadataFile(directory), text.replace('"version": 1', '"version": 2'));
    },
    'metadata.json has version 2, and this Drover reads up to version 1',
  ],
  [
    'a folder in place of the journal',
    (directory: string): void => {
      rmSync(journalFile(directory));
      mkdirSync(journalFile(directory));
    },
    'cannot be read',
  ],
])('a run with %s is listed as damaged with the reason', (_what, damage, reason) => {
  const runs = temporaryFolder();
  damage(makeRun(runs));
  const entry = only(runs);
  expect(entry).toMatchObject({ run: RUN, status: 'damaged' });
  expect(entry.damage).toContain(reason);
});

test('a journal that lost its end is told, and the run can go on from there', () => {
  const runs = temporaryFolder();
  const directory = makeRun(runs);
  const lines = readFileSync(journalFile(directory), 'utf8').split('\n');
  writeFileSync(journalFile(directory), `${lines.slice(0, 8).join('\n')}\n`);
  const text = readFileSync(metadataFile(directory), 'utf8');
  writeFileSync(metadataFile(directory), text.replace(/"ended": "[^"]*"/, '"ended": "2026-11-21T05:15:02.123Z"'));
  expect(only(runs)).toMatchObject({ status: 'interrupted' });
  expect(only(runs).damage).toContain('its last part is missing');
  // Somebody has taken it up again.
  expect(only(runs, true)).toMatchObject({ status: 'running', damage: null });
});

test('an end without counts is no event, and the run is what the rest of its journal says', () => {
  const runs = temporaryFolder();
  const directory = makeRun(runs, { items: 100, finished: 40, end: null });
  appendFileSync(journalFile(directory), '{"type":"run-ended","status":"completed","time":"t"}\n');
  expect(only(runs)).toMatchObject({ status: 'interrupted', items: { total: 100, complete: 40 } });
});

test('a folder of runs that does not exist holds none', () => {
  expect(listRunPlaces(join(temporaryFolder(), 'none'))).toEqual([]);
});
