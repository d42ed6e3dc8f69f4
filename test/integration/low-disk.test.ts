import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { RunStatusDocument } from '../../shared/run/run-status.ts';
import { worker } from '../helpers/engine-rig.ts';
import { patience } from '../helpers/patience.ts';
import { processesWith } from '../helpers/processes-with.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const MOUNT = 'mount -t tmpfs -o size=8m,nr_inodes=2000 tmpfs "$1"';
const probe = execaSync('unshare', ['-Urm', 'sh', '-c', MOUNT, 'sh', '/mnt'], { reject: false });
const missing = probe.exitCode === 0 ? '' : ' (skipped: this system does not allow a disk of its own for a test)';

/** One per worker waits until the disk is low; the others are only begun when it has room again. */
const HELD = 2;
const ITEMS = 8;
const COMMANDS = {
  queue: ['{node}', worker('waits-for-go.mjs'), 'queue'],
  list: ['{node}', worker('waits-for-go.mjs'), 'list', '{manifest}'],
  each: ['{node}', worker('waits-for-go.mjs'), 'each', '{file}', '{output}'],
} as const;

interface Outcome {
  /** As another process sees it when what was under way has ended. */
  inPause: RunStatusDocument;
  /** After the stop or the crash, if any. */
  after: RunStatusDocument;
  last: RunStatusDocument;
  events: RunEvent[];
  disk: string;
}

/** @param small what lies on the small disk: the data folder or the results */
async function play(scene: string, dispatch: keyof typeof COMMANDS, small: 'home' | 'results'): Promise<Outcome> {
  const folder = temporaryFolder();
  for (const name of ['disk', 'in', 'results']) mkdirSync(join(folder, name));
  for (let index = 0; index < ITEMS; index += 1) {
    const name = index < HELD ? `long-${index}.txt` : `${index}.txt`;
    writeFileSync(join(folder, 'in', name), 'x'.repeat(index < HELD ? 100 : 1));
  }
  const step = { name: 'work', dispatch, command: COMMANDS[dispatch], outputs: ['{stem}.out'] };
  writeFileSync(
    join(folder, 'pipeline.json'),
    JSON.stringify({ name: 'test', inputs: { patterns: ['*.txt'] }, steps: [step] }),
  );
  const output = small === 'results' ? 'disk/results' : 'results';
  const home = join(folder, small === 'home' ? 'disk/home' : 'home');
  const launch = { pipeline: 'pipeline.json', inputs: ['in'], output, devices: 'cpu:2', parameters: {} };
  const request = { ...launch, overwrite: false, skipInvalid: false, workingDirectory: folder, home };
  writeFileSync(join(folder, 'request.json'), JSON.stringify(request));
  const driver = join(import.meta.dirname, '../helpers/low-disk-engine.ts');
  const inside = `${MOUNT.replace('$1', '$1/disk')} && exec "$2" "$3" "$1" "$4"`;
  const program = ['-Urm', 'sh', '-c', inside, 'sh', folder, process.execPath, driver, scene];
  const { stdout } = await execa('unshare', program, { timeout: patience(50_000) });
  expect(processesWith(`XDG_RUNTIME_DIR=${join(folder, 'runtime')}`)).toEqual([]);
  return JSON.parse(stdout) as Outcome;
}

/** Nothing is handed out or started between a pause and the next going on, and everything is done once. */
function expectOrder({ events, last, disk }: Outcome): void {
  expect(begunInPause(events)).toEqual([]);
  const paths = events.flatMap((event) => (event.type === 'dispatch-paused' ? [event.path] : []));
  expect(new Set(paths)).toEqual(new Set([disk]));
  expect(last).toMatchObject({ status: 'completed', items: { total: ITEMS, complete: ITEMS } });
  const completed = events.flatMap((event) => (event.type === 'item-complete' ? [event.item] : []));
  expect(completed.toSorted((a, b) => a - b)).toEqual([...Array(ITEMS).keys()]);
}

function begunInPause(events: readonly RunEvent[]): RunEvent[] {
  let paused = false;
  return events.filter(({ type }) => {
    if (type === 'dispatch-paused') paused = true;
    if (type === 'dispatch-resumed' || type === 'owner-taken') paused = false;
    return paused && (type === 'dispatching' || type === 'worker-starting');
  });
}

function timesOf({ events }: Outcome, type: RunEvent['type']): number {
  return events.filter((event) => event.type === type).length;
}

describe.skipIf(missing !== '')(`a disk that is nearly full${missing}`, () => {
  it.each([
    ['of the data folder', 'queue', 'home'],
    ['of the results', 'each', 'results'],
  ] as const)('%s lets end what runs and keeps the rest of a %s step until it has room', async (_, dispatch, small) => {
    const outcome = await play('midway', dispatch, small);
    expectOrder(outcome);
    const { inPause, disk, last } = outcome;
    expect(inPause).toMatchObject({ status: 'running', items: { complete: HELD, running: 0, pending: ITEMS - HELD } });
    expect(inPause.eta_seconds).toBeNull();
    const { pause } = inPause.steps[0] ?? {};
    expect(pause).toMatchObject({ path: disk });
    expect(pause?.free).toBeLessThan((pause?.resumes_at ?? 0) / 2);
    expect(last.steps[0]).toMatchObject({ pause: null, paused: { times: 1 } });
    expect(last.steps[0]?.losses?.waiting).toBeGreaterThan(0);
  });

  it('keeps lists back, and all workers share them when it has room', async () => {
    const outcome = await play('beginning', 'list', 'home');
    expectOrder(outcome);
    expect(outcome.inPause.workers.map(({ starts }) => starts)).toEqual([0, 0]);
    expect(outcome.last.workers.map(({ starts }) => starts)).toEqual([1, 1]);
  });

  it('holds a run up in the same way when hardly a file more fits on it', async () => {
    const outcome = await play('files', 'queue', 'results');
    expectOrder(outcome);
    const { pause } = outcome.inPause.steps[0] ?? {};
    expect(pause).toMatchObject({ unit: 'files', resumes_at: 40 });
    expect(pause?.free).toBeLessThan(20);
  });

  it('lets the run be stopped and resumed', async () => {
    const outcome = await play('stop', 'queue', 'home');
    expectOrder(outcome);
    expect(outcome.after).toMatchObject({ status: 'stopped', items: { pending: ITEMS }, steps: [{ pause: null }] });
  });

  it('keeps the next engine from handing out too, when the first one dies meanwhile', async () => {
    const outcome = await play('crash', 'queue', 'home');
    expectOrder(outcome);
    expect(outcome.after).toMatchObject({ status: 'interrupted', steps: [{ pause: null }] });
    expect(timesOf(outcome, 'dispatch-paused')).toBe(2);
    expect(timesOf(outcome, 'dispatch-resumed')).toBe(1);
  });
});
