import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { linuxProcessTable } from '../../electron/engine/processes/linux-process-table.ts';
import { lastOwner } from '../../electron/engine/run-directory/owner-file.ts';
import { HEADLESS } from '../helpers/built-command.ts';
import { EngineRig, type RigLaunch, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

const ITEMS = 24;
/** Every engine lives for a random part of this before it is killed: somewhere between its start and the end of the run. */
const LIFE_MS = 500;

interface Way {
  dispatch: string;
  command: string[];
  content: string;
}

const WAYS: Way[] = [
  { dispatch: 'queue', command: ['{node}', worker('copies-queue.mjs')], content: '40' },
  { dispatch: 'list', command: ['sh', worker('copies-list.sh'), '{manifest}'], content: '0.04' },
  { dispatch: 'each', command: ['sh', worker('slow.sh'), '{file}', '{output}'], content: '0.04' },
];

describe('kill -9 of the engine in the middle of a run', () => {
  for (const way of WAYS) {
    for (const seed of [1, 2, 3]) {
      it(`leaves every item complete exactly once after resumes (${way.dispatch}, moments ${seed})`, async () => {
        const rig = new EngineRig({ headless: HEADLESS });
        const run = await startDetached(rig, way);
        const random = randomNumbers(seed);
        for (let kills = 0; kills < 3; kills += 1) {
          await sleep(random() * LIFE_MS);
          await killOwner(run);
          await resumeDetached(rig, run);
        }
        await untilOver(run);
        expect((await run.status()).status).toBe('completed');
        await expectWhole(run, way);
      });
    }
  }

  it('shows the run as interrupted, keeps its workers alive and adopts them', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const run = await startDetached(rig, { ...(WAYS[0] as Way), content: '300' });
    await until(() => run.eventsOf('dispatched').length >= 2, 'both workers to have an item');
    await killOwner(run);
    const pids = run.eventsOf('worker-running').map(({ pid }) => pid);
    expect((await run.status()).status).toBe('interrupted');
    expect(pids.map((pid) => linuxProcessTable.startTime(pid) !== null)).toEqual([true, true]);
    await resumeDetached(rig, run);
    await until(() => run.eventsOf('worker-adopted').length === 2, 'both workers to be adopted');
    expect(
      run
        .eventsOf('worker-adopted')
        .map(({ pid }) => pid)
        .toSorted(byNumber),
    ).toEqual(pids.toSorted(byNumber));
    await untilOver(run);
    await expectWhole(run, { ...(WAYS[0] as Way), content: '300' });
    expect((await run.status()).workers.map(({ starts }) => starts)).toEqual([1, 1]);
  });
});

it('a stop after a crash also ends workers that the journal has forgotten', async () => {
  const rig = new EngineRig({ headless: HEADLESS });
  const run = await startDetached(rig, { ...(WAYS[0] as Way), content: '60000' });
  await until(() => run.eventsOf('worker-running').length === 2, 'both workers to run');
  const pids = run.eventsOf('worker-running').map(({ pid }) => pid);
  await killOwner(run);
  const journal = join(run.directory, 'journal.ndjson');
  const text = readFileSync(journal, 'utf8');
  writeFileSync(journal, text.slice(0, text.indexOf('"type":"worker-starting"')));
  expect(await rig.engine.stopRun({ run: run.id, force: true, by: 'the test' })).toMatchObject({ ok: true });
  await until(() => run.eventsOf('run-ended').length === 1, 'the stop to be over');
  expect(pids.map((pid) => linuxProcessTable.startTime(pid))).toEqual([null, null]);
});

describe('resume', () => {
  it('runs again what has changed and says so, and nothing else', async () => {
    const rig = new EngineRig();
    const run = await rig.run(launchOf(WAYS[2] as Way));
    const changed = join(rig.inputFolder, 'f3.txt');
    writeFileSync(changed, '0.01\nlonger now\n');
    const touched = join(rig.inputFolder, 'f5.txt');
    utimesSync(touched, new Date(), new Date(statSync(touched).mtimeMs + 60_000));
    const status = await run.resume();
    expect(status.status).toBe('completed');
    const resets = run.eventsOf('items-reset');
    expect(resets.map(({ detail }) => basename(detail.split(' ')[0] ?? ''))).toEqual(['f3.txt', 'f5.txt']);
    expect(resets.map(({ reason }) => reason)).toEqual(['input-changed', 'input-changed']);
    expect(run.eventsOf('item-complete')).toHaveLength(ITEMS + 2);
    expect(run.output('f3.out')).toContain('longer now');
  });

  it('of a complete run does nothing and appends nothing', async () => {
    const rig = new EngineRig();
    const run = await rig.run(launchOf(WAYS[2] as Way));
    const before = run.events().length;
    const resumed = await rig.engine.resumeRun({ run: run.id, detach: false });
    expect(resumed).toMatchObject({ ok: true, value: { alreadyComplete: true } });
    expect(run.events()).toHaveLength(before);
  });
});

function launchOf(way: Way): RigLaunch {
  const files = Object.fromEntries(Array.from({ length: ITEMS }, (_, index) => [`f${index}.txt`, `${way.content}\n`]));
  return {
    steps: [{ dispatch: way.dispatch, command: way.command, outputs: ['{stem}.out'] }],
    files,
    devices: 'cpu:2',
  };
}

async function startDetached(rig: EngineRig, way: Way): Promise<RigRun> {
  const started = await rig.engine.startRun({ ...rig.request(launchOf(way)), detach: true });
  if (!started.ok) throw new Error(started.error.message);
  return rig.of(started.value);
}

async function resumeDetached(rig: EngineRig, run: RigRun): Promise<void> {
  const resumed = await rig.engine.resumeRun({ run: run.id, detach: true });
  if (!resumed.ok) throw new Error(resumed.error.message);
}

/** Kills the engine that owns a run, if one does, and waits until it is gone. */
async function killOwner(run: RigRun): Promise<void> {
  const owner = lastOwner(run.directory);
  if (owner === null || linuxProcessTable.startTime(owner.pid) !== owner.start_time) return;
  process.kill(owner.pid, 'SIGKILL');
  await until(() => linuxProcessTable.startTime(owner.pid) !== owner.start_time, 'the engine to be dead');
}

async function untilOver(run: RigRun): Promise<void> {
  await until(async () => (await run.status()).status === 'completed', `${run.id} to complete`);
  const owner = lastOwner(run.directory);
  const isGone = (): boolean => owner === null || linuxProcessTable.startTime(owner.pid) !== owner.start_time;
  await until(isGone, 'the engine to end');
}

async function expectWhole(run: RigRun, way: Way): Promise<void> {
  const status = await run.status();
  expect(status.items).toMatchObject({ total: ITEMS, complete: ITEMS });
  const completed = run.eventsOf('item-complete').map(({ item }) => item);
  expect(completed.toSorted(byNumber)).toEqual(Array.from({ length: ITEMS }, (_, index) => index));
  for (const item of run.items()) {
    expect(item.outputs).toHaveLength(1);
    expect(readFileSync(item.outputs[0] ?? '', 'utf8')).toBe(`${way.content}\n`);
  }
  expect(run.state().ignored).toBe(0);
  const begun = [0, 1].flatMap((rank) => readFileSync(run.logPath(rank), 'utf8').match(/^begin .*$/gm) ?? []);
  expect(new Set(begun).size).toBe(ITEMS);
  expect(begun).toHaveLength(ITEMS);
}

function byNumber(a: number, b: number): number {
  return a - b;
}

/** A linear congruential generator: the same moments for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
