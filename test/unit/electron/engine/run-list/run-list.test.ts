import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { journalFile, metadataFile } from '../../../../../electron/engine/run-directory/paths.ts';
import { RunList } from '../../../../../electron/engine/run-list/run-list.ts';
import type { RunListChange } from '../../../../../shared/contract/history.ts';
import type { RunListEntry } from '../../../../../shared/contract/runs.ts';
import { makeRunId } from '../../../../../shared/ids.ts';
import { makeRun } from '../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';
import { until } from '../../../../helpers/until.ts';

const runId = (index: number): string => `20261101-051500-${String(index).padStart(3, '0')}-aaaa`;

interface Home {
  home: string;
  runs: string;
  owned: Set<string>;
  list: RunList;
}

function listIn(home = temporaryFolder(), owned = new Set<string>()): Home {
  const runs = join(home, 'runs');
  const list = new RunList({ home, runs, isOwned: (directory) => owned.has(directory), ownState: () => null });
  onTestFinished(() => list.close());
  return { home, runs, owned, list };
}

/** What a watcher knows: the sum of all that it was told. */
function watched(list: RunList): { entries: Map<string, RunListEntry>; changes: RunListChange[]; end: () => void } {
  const entries = new Map<string, RunListEntry>();
  const changes: RunListChange[] = [];
  const end = list.watch((change) => {
    changes.push(change);
    for (const directory of change.removed) entries.delete(directory);
    for (const entry of change.changed) entries.set(entry.directory, entry);
  });
  return { entries, changes, end };
}

const isLoaded = ({ changes }: { changes: RunListChange[] }): boolean => changes.some(({ loaded }) => loaded);

describe('the list of runs', () => {
  it('has all runs, the newest first', async () => {
    const { runs, list } = listIn();
    for (const index of [2, 1, 3]) makeRun(runs, { run: runId(index), pipeline: `p-${index}` });
    expect((await list.list()).map(({ run }) => run)).toEqual([3, 2, 1].map(runId));
  });

  it('is empty where there is no folder of runs', async () => {
    expect(await listIn().list.list()).toEqual([]);
  });

  it('does not read again what has not changed, also in another process', async () => {
    const { home, runs, list } = listIn();
    for (let index = 0; index < 120; index += 1) makeRun(runs, { run: runId(index), items: 1, outputs: false });
    const before = await list.list();
    const kept = join(home, 'cache/run-list.json');
    const marked = readFileSync(kept, 'utf8').replaceAll('"name":null', '"name":"kept"');
    writeFileSync(kept, marked);
    const again = await listIn(home).list.list();
    expect(again).toEqual(before.map((entry) => ({ ...entry, name: 'kept' })));
    rmSync(metadataFile(again[7]?.directory ?? ''));
    appendFileSync(journalFile(again[9]?.directory ?? ''), '{"torn');
    const third = await listIn(home).list.list();
    expect(third[7]).toMatchObject({ status: 'damaged', damage: 'metadata.json is missing' });
    expect(third[9]).toEqual(before[9]);
  });

  it.each(['', 'no JSON', '{"version":99,"runs":{}}', '{"version":1,"runs":{"kmer-embedding/x":{"key":1}}}'])(
    'is read anew where %j was kept of it',
    async (text) => {
      const { home, runs, list } = listIn();
      makeRun(runs, { run: runId(1) });
      mkdirSync(join(home, 'cache'));
      writeFileSync(join(home, 'cache/run-list.json'), text);
      expect(await list.list()).toHaveLength(1);
    },
  );

  it('calls a run interrupted that lost its owner, and running again when it has one', async () => {
    const { runs, owned, list } = listIn();
    const directory = makeRun(runs, { run: runId(1), finished: 1, end: null });
    owned.add(directory);
    expect((await list.list())[0]?.status).toBe('running');
    owned.clear();
    expect((await list.list())[0]?.status).toBe('interrupted');
    owned.add(directory);
    const taken = { type: 'owner-taken', purpose: 'resume', pid: 1, host: 'box', time: '2026-11-21T06:00:00.000Z' };
    appendFileSync(journalFile(directory), `${JSON.stringify(taken)}\n`);
    expect((await list.list())[0]?.status).toBe('running');
  });
});

describe('whoever watches the list', () => {
  it('is told all runs, then that these are all', async () => {
    const { runs, list } = listIn();
    makeRun(runs, { run: runId(1) });
    makeRun(runs, { run: runId(2) });
    const first = watched(list);
    await until(() => isLoaded(first));
    expect([...first.entries.values()].map(({ run }) => run)).toEqual([2, 1].map(runId));
    const second = watched(list);
    expect(isLoaded(second)).toBe(true);
    expect(second.entries).toEqual(first.entries);
  });

  it('is told of the first run ever, and of one that is deleted', async () => {
    const { runs, list } = listIn();
    const told = watched(list);
    await until(() => isLoaded(told));
    expect(told.entries.size).toBe(0);
    const directory = makeRun(runs, { run: runId(1) });
    await until(() => told.entries.get(directory)?.status === 'completed');
    rmSync(directory, { recursive: true });
    await until(() => told.entries.size === 0);
  });

  it('is told of the progress of a run that another process has in hand, and only of what changed', async () => {
    const { runs, owned, list } = listIn();
    const other = makeRun(runs, { run: runId(1) });
    const directory = makeRun(runs, { run: runId(2), items: 3, finished: 1, end: null });
    owned.add(directory);
    const told = watched(list);
    await until(() => isLoaded(told));
    expect(told.entries.get(directory)).toMatchObject({ status: 'running', items: { complete: 1 } });
    const sofar = told.changes.length;
    const complete = { step: 1, rank: 1, item: 1, log_offset: 9, seconds: 1, outputs: ['x'] };
    const time = '2026-11-21T05:15:09.000Z';
    const given = { type: 'dispatching', step: 1, rank: 1, items: [1], log_offset: 0, report_offset: 0, time };
    const lines = [given, { ...given, type: 'dispatched' }, { type: 'item-complete', ...complete, time }];
    appendFileSync(journalFile(directory), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await until(() => told.entries.get(directory)?.items.complete === 2);
    const later = told.changes.slice(sofar).flatMap(({ changed }) => changed.map((entry) => entry.directory));
    expect(later).not.toContain(other);
  });

  it('is not told that a run is damaged while it is still being made', async () => {
    const { runs, list } = listIn();
    const told = watched(list);
    await until(() => isLoaded(told));
    const run = makeRunId(new Date());
    const made = makeRun(temporaryFolder(), { run });
    const directory = join(runs, 'kmer-embedding', run);
    mkdirSync(directory, { recursive: true });
    await list.refresh();
    renameSync(metadataFile(made), metadataFile(directory));
    await list.refresh();
    expect(told.entries.size).toBe(0);
    renameSync(journalFile(made), journalFile(directory));
    await until(() => told.entries.get(directory)?.status === 'completed');
    expect(told.changes.flatMap(({ changed }) => changed).filter(({ status }) => status === 'damaged')).toEqual([]);
  });

  it('is told nothing after the end of the watch', async () => {
    const { runs, list } = listIn();
    const told = watched(list);
    await until(() => isLoaded(told));
    told.end();
    const other = watched(list);
    makeRun(runs, { run: runId(1) });
    await until(() => other.entries.size === 1);
    expect(told.entries.size).toBe(0);
    expect(dirname([...other.entries.keys()][0] ?? '')).toBe(join(runs, 'kmer-embedding'));
  });
});
