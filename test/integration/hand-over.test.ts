import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { linuxProcessTable } from '../../electron/engine/processes/linux-process-table.ts';
import { HEADLESS } from '../helpers/built-command.ts';
import { EngineRig, type RigLaunch, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

interface Way {
  dispatch: string;
  command: string[];
  /** The content of a file that takes a number of milliseconds. */
  taking: (milliseconds: number) => string;
}

const WAYS: Way[] = [
  { dispatch: 'queue', command: ['{node}', worker('copies-queue.mjs')], taking: String },
  { dispatch: 'list', command: ['sh', worker('copies-list.sh'), '{manifest}'], taking: (ms) => String(ms / 1000) },
  {
    dispatch: 'each',
    command: ['sh', worker('slow.sh'), '{file}', '{output}'],
    taking: (ms) => String(ms / 1000),
  },
];

describe('a run that is handed to a headless engine', () => {
  for (const way of WAYS) {
    it(`goes on with the same worker and the same attempt (${way.dispatch})`, async () => {
      const rig = new EngineRig({ headless: HEADLESS });
      const run = await rig.start({ steps: [gated(way.dispatch)], files: { 'long.txt': 'long', 'b.txt': 'b' } });
      await until(() => /begin .*long\.txt/.test(run.log()), 'the worker to begin the long item');
      await until(() => run.eventsOf('worker-running').length === run.eventsOf('worker-starting').length, 'its record');
      const before = run.eventsOf('worker-running').at(-1);
      expect(await rig.engine.handOverOwnedRuns()).toEqual([]);
      expect(rig.engine.ownedRuns()).toEqual([]);
      expect(linuxProcessTable.startTime(before?.pid ?? 0)).toBe(before?.start_time);
      await until(() => run.eventsOf('worker-adopted').length > 0, 'the worker to be adopted');
      expect(run.eventsOf('worker-adopted')[0]?.pid).toBe(before?.pid);
      rig.write({ go: '' });
      await untilOver(run);
      expect((await run.status()).status).toBe('completed');
      expect(run.items().map(({ attempts }) => attempts)).toEqual([1, 1]);
      expect(run.eventsOf('items-released')).toEqual([]);
      expect(run.log().match(/begin .*long\.txt/g)).toHaveLength(1);
      await until(() => rig.everything().length === 0, 'the headless engine to end');
    });

    it(`loses nothing whatever the moment is (${way.dispatch})`, async () => {
      for (const moment of [0, 90]) {
        const rig = new EngineRig({ headless: HEADLESS });
        const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}.txt`, 25]));
        const run = await rig.start({ ...launchOf(way, files), devices: 'cpu:2' });
        await sleep(moment);
        expect(await rig.engine.handOverOwnedRuns()).toEqual([]);
        await untilOver(run);
        expect((await run.status()).status).toBe('completed');
        expect(run.items().map(({ status, attempts }) => `${status} ${attempts}`)).toEqual(
          Array.from({ length: 12 }, () => 'complete 1'),
        );
        await until(() => rig.everything().length === 0, 'the headless engine to end');
      }
    });
  }

  it('stays where it is when no headless engine can be started, and the app says so', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [gated('queue')], files: { 'long.txt': 'long', 'b.txt': 'b' } });
    await until(() => /begin .*long\.txt/.test(run.log()), 'the worker to begin the long item');
    const problems = await rig.engine.handOverOwnedRuns();
    expect(problems.map(({ message }) => message).join()).toContain('headless engine did not take run');
    expect(rig.engine.ownedRuns()).toEqual([run.id]);
    rig.write({ go: '' });
    expect((await run.ended()).status).toBe('completed');
    expect(run.items().map(({ attempts }) => attempts)).toEqual([1, 1]);
  });

  it('is not handed over while it is being stopped', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const run = await rig.start(launchOf(WAYS[2] as Way, { 'a.txt': 60_000 }));
    await until(() => run.log().includes('begin'), 'the worker to begin');
    await rig.engine.stopRun({ run: run.id, force: false, by: 'the test' });
    expect(await rig.engine.handOverOwnedRuns()).toEqual([]);
    expect((await run.status()).status).toBe('stopped');
  });
});

/** A step whose item `long.txt` takes until the rig's folder has a file `go`. */
function gated(dispatch: string): RigLaunch['steps'][number] {
  const words: Record<string, string[]> = { list: ['{manifest}'], each: ['{file}', '{output}'] };
  const command = ['{node}', worker('waits-for-go.mjs'), dispatch, ...(words[dispatch] ?? [])];
  return { dispatch, command, outputs: ['{stem}.out'], retries: 0 };
}

function launchOf(way: Way, files: Record<string, number>): RigLaunch {
  const { dispatch, command } = way;
  return {
    steps: [{ dispatch, command, outputs: ['{stem}.out'], retries: 0 }],
    files: Object.fromEntries(Object.entries(files).map(([name, ms]) => [name, `${way.taking(ms)}\n`])),
  };
}

async function untilOver(run: RigRun): Promise<void> {
  await until(() => run.eventsOf('run-ended').length > 0, 'the run to end');
}
