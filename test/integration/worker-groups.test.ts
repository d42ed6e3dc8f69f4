import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linuxProcessTable } from '../../electron/engine/processes/linux-process-table.ts';
import { parentGroup } from '../../electron/engine/processes/worker-group.ts';
import { lastOwner } from '../../electron/engine/run-directory/owner-file.ts';
import { HEADLESS } from '../helpers/built-command.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { LauncherRig } from '../helpers/launcher-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

const hasTools = spawnSync('sh', ['-c', 'command -v setsid']).status === 0;
const parent = parentGroup();
const missing =
  parent !== null && hasTools ? '' : ' (skipped: no control group is delegated here, or there is no setsid)';

/** Leaves its session and its environment behind, as a daemon that cleans up after itself does. */
const DAEMON = 'env -i setsid sh -c "(sleep 987 &) ; exit 0"; sleep "$1"; cp "$2" "$3"';

function daemons(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\u0000987\u0000';
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe(`a process that left session and environment of its worker${missing}`, () => {
  it.skipIf(missing !== '').each(['0', '60'])(
    'ends with it, whether it ends by itself or is stopped (%s)',
    async (seconds) => {
      const rig = new EngineRig();
      const run = await rig.start({
        steps: [
          {
            command: ['sh', '-c', DAEMON, 'sh', seconds, '{file}', '{output}'],
            dispatch: 'list',
            outputs: ['{stem}.out'],
          },
        ].map((step) => ({ ...step, dispatch: 'each' as const })),
      });
      if (seconds !== '0') {
        await until(() => daemons().length > 0, 'the daemon');
        await run.stop(false);
      } else {
        await run.ended();
      }
      expect(daemons()).toEqual([]);
      expect(groupsOf(run.id)).toEqual([]);
    },
  );
});

/** Groups that are there of a run. */
function groupsOf(run: string): string[] {
  return readdirSync(parent ?? '').filter((name) => name.includes(run));
}

/** Waits for the file `go`, and is the only thing in its group. */
const WAITS = 'while [ ! -e "$GO" ]; do sleep 0.1; done; cp "$1" "$2"';

const noGroups = parent === null ? ' (skipped: no control group is delegated here)' : '';

describe(`the groups of workers whose engine was killed${noGroups}`, () => {
  it.skipIf(parent === null).each(['lives on', 'has ended'])(
    'go with the run that is resumed (the worker %s)',
    async (fate) => {
      const rig = new EngineRig({ headless: HEADLESS });
      const run = await waitingRun(rig);
      await killEngine(run);
      expect(groupsOf(run.id)).toHaveLength(2);
      if (fate === 'has ended') await endWorkers(rig, run);
      expect((await rig.engine.resumeRun({ run: run.id, detach: true })).ok).toBe(true);
      if (fate === 'lives on') {
        await until(() => run.eventsOf('worker-adopted').length === 2, 'both workers to be adopted');
        rig.write({ go: '' });
      }
      await until(async () => (await run.status()).status === 'completed', 'the end of the run');
      await until(() => groupsOf(run.id).length === 0, 'the groups to go');
    },
  );

  it.skipIf(parent === null)('go when the run is stopped', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const run = await waitingRun(rig);
    await killEngine(run);
    expect((await rig.engine.stopRun({ run: run.id, force: true, by: 'the test' })).ok).toBe(true);
    await until(() => groupsOf(run.id).length === 0, 'the groups to go');
  });

  it.skipIf(parent === null)(
    'go when the next engine starts something, if they are empty and of a run that nobody conducts',
    async () => {
      const rig = new EngineRig({ headless: HEADLESS });
      const dead = await waitingRun(rig);
      await killEngine(dead);
      const other = new EngineRig({ home: rig.home, env: { XDG_RUNTIME_DIR: rig.env['XDG_RUNTIME_DIR'] ?? '' } });
      const living = await waitingRun(other, false);
      // Something lives in them.
      expect(groupsOf(dead.id)).toHaveLength(2);
      await endWorkers(rig, dead);
      const strange = join(parent ?? '', 'drover-20200101-000000-000-aaaa.1.0.1');
      const probe = join(parent ?? '', 'drover-probe-4194305');
      const empty = join(parent ?? '', `drover-${living.id}.1.7.1`);
      for (const folder of [strange, probe, empty]) mkdirSync(folder);
      try {
        const third = new EngineRig({ home: rig.home });
        await third.run({ steps: [{ command: ['true'], dispatch: 'each' }] });
        expect(groupsOf(dead.id)).toEqual([]);
        expect(groupsOf(living.id)).toHaveLength(3);
        // Of a run that is not in this data folder nothing is known.
        expect(groupsOf('20200101-000000-000-aaaa')).toHaveLength(1);
        expect(groupsOf('drover-probe-4194305')).toEqual([]);
      } finally {
        rmdirSync(strange);
      }
      await living.stop(true);
      expect(groupsOf(living.id)).toEqual([]);
    },
  );

  it.skipIf(parent === null)('are made again by a launcher whose group was just taken away', async () => {
    const rig = new LauncherRig('linux');
    const group = join(parent ?? '', `drover-${rig.run}.1.0.1`);
    const launcher = rig.start(['sh', '-c', 'cat /proc/self/cgroup'], { env: { DROVER_CGROUP: group } });
    expect(await launcher.ended).toMatchObject({ code: 0 });
    expect(rig.printed()).toContain(`drover-${rig.run}.1.0.1`);
    rmdirSync(group);
  });
});

/** A run of two workers that wait. @param detach whether an engine of its own conducts it, which can be killed */
async function waitingRun(rig: EngineRig, detach = true): Promise<RigRun> {
  const request = rig.request({
    steps: [
      {
        command: ['sh', '-c', WAITS, 'sh', '{file}', '{output}'],
        dispatch: 'each',
        outputs: ['{stem}.out'],
        env: { GO: join(rig.folder, 'go') },
      },
    ],
    files: { 'a.txt': 'a', 'b.txt': 'b' },
    devices: 'cpu:2',
  });
  const started = await rig.engine.startRun({ ...request, detach });
  if (!started.ok) throw new Error(started.error.message);
  const run = rig.of(started.value);
  await until(() => run.eventsOf('worker-running').length === 2, 'both workers');
  return run;
}

async function killEngine(run: RigRun): Promise<void> {
  const owner = lastOwner(run.directory);
  if (owner === null) throw new Error('Nobody owns the run');
  process.kill(owner.pid, 'SIGKILL');
  await until(() => linuxProcessTable.startTime(owner.pid) !== owner.start_time, 'the engine to be dead');
}

async function endWorkers(rig: EngineRig, run: RigRun): Promise<void> {
  rig.write({ go: '' });
  const isEmpty = (name: string) => readFileSync(join(parent ?? '', name, 'cgroup.procs'), 'utf8') === '';
  await until(() => groupsOf(run.id).every(isEmpty), 'the workers to end');
}
