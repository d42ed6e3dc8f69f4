import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LaunchHelper } from '../../electron/engine/processes/launch-helper.ts';
import {
  adoptWorkerProcess,
  endStrays,
  startWorkerProcess,
  type WorkerProcess,
} from '../../electron/engine/processes/worker-process.ts';
import { RESOURCES } from '../helpers/import-resource.ts';
import { type LauncherPlatform, LauncherRig } from '../helpers/launcher-rig.ts';
import { patience } from '../helpers/patience.ts';
import { processesWith } from '../helpers/processes-with.ts';
import { until } from '../helpers/until.ts';

/** Prints every line of its input with a mark before it, and that there are no more. */
const ECHO = ['sh', '-c', 'while read -r line; do echo "got $line"; done; echo over'];
/** Reads nothing and ends at nothing but SIGKILL; has a child that does neither. */
const DEAF = ['sh', '-c', 'trap "" TERM; sleep 301 & echo ready; sleep 301; sleep 301'];

/** A rig with a worker that the engine's own handle holds. */
class HandleRig extends LauncherRig {
  private readonly helper: LaunchHelper;

  constructor(platform: LauncherPlatform) {
    super(platform);
    this.helper = new LaunchHelper({
      node: process.execPath,
      script: join(RESOURCES, 'runtime/launch-helper.mjs'),
      base: process.env,
      table: this.table,
      platform,
    });
    onTestFinished(() => this.helper.close());
  }

  async handle(command: string[], { input = true } = {}): Promise<WorkerProcess> {
    const started = await startWorkerProcess({
      helper: this.helper,
      table: this.table,
      platform: this.platform,
      launcher: this.launcher,
      record: this.record,
      run: this.run,
      step: 1,
      rank: 0,
      start: 1,
      fifo: input ? join(this.folder, 'input') : null,
      owner: this.owner,
      command,
      cwd: this.folder,
      env: { ...process.env, ...this.env },
      logPath: this.log,
      stopGraceMs: 500,
      thorough: true,
    });
    if ('error' in started) throw new Error(started.error);
    onTestFinished(async () => void (await started.stop(0)));
    return started;
  }

  /** What is left of the worker, apart from the process that starts launchers. */
  left(): number[] {
    return processesWith(`DROVER_RUN_ID=${this.run}`);
  }
}

describe.each(['linux', 'darwin', 'win32'] as const)('a worker on %s', (platform) => {
  it('takes lines and ends by end of input', async () => {
    const rig = new HandleRig(platform);
    const worker = await rig.handle(ECHO);
    await worker.identity;
    expect(worker.writeLine('a')).toBe(true);
    worker.writeLine('b');
    worker.endInput();
    expect(await worker.ended).toEqual({ exit_code: 0, signal: null, leftovers: 0, unread: false });
    expect(rig.printed()).toBe('got a\ngot b\nover\n');
    expect(rig.left()).toEqual([]);
  });

  it('gets the end of input that was asked for before it was recorded', async () => {
    const rig = new HandleRig(platform);
    const worker = await rig.handle(ECHO);
    worker.endInput();
    expect(await worker.ended).toMatchObject({ exit_code: 0 });
    expect(rig.printed()).toBe('over\n');
  });

  it('is asked to end by a stop, without force', async () => {
    const rig = new HandleRig(platform);
    const worker = await rig.handle(['sh', '-c', `trap 'echo over; exit 0' TERM; ${ECHO.at(-1)}`]);
    await worker.identity;
    worker.writeLine('a');
    await until(() => rig.printed().includes('got a'));
    expect(await worker.stop(patience(20_000))).toEqual({ left: [], killed: false });
    expect(await worker.ended).toMatchObject({ exit_code: 0 });
    expect(rig.printed()).toBe('got a\nover\n');
  });

  it('is ended by force with all below it when it does not end in time', async () => {
    const rig = new HandleRig(platform);
    const worker = await rig.handle(DEAF);
    await until(() => rig.printed().includes('ready'));
    const { left, killed } = await worker.stop(300);
    expect({ left, killed }).toEqual({ left: [], killed: true });
    const { exit_code, signal } = await worker.ended;
    // Without signals every status is an exit code.
    expect({ exit_code, signal }).toEqual(
      platform === 'win32' ? { exit_code: 137, signal: null } : { exit_code: null, signal: 'SIGKILL' },
    );
    expect(rig.left()).toEqual([]);
  });

  it('that does not listen to its input is told nothing by its end', async () => {
    const worker = await new HandleRig(platform).handle(['sh', '-c', 'exec sleep 0.2'], { input: false });
    await worker.identity;
    expect(worker.writeLine('a')).toBe(false);
    worker.endInput();
    expect(await worker.ended).toMatchObject({ exit_code: 0 });
  });
});

describe('a worker on linux', () => {
  it('that ends leaves nothing in its group: what it started is ended and counted', async () => {
    const rig = new HandleRig('linux');
    const worker = await rig.handle(['sh', '-c', 'sleep 301 & sleep 302 & echo started'], { input: false });
    expect(await worker.ended).toEqual({ exit_code: 0, signal: null, leftovers: 2, unread: false });
    expect(rig.left()).toEqual([]);
  });

  it('is found in another session by its environment, and ended', async () => {
    const rig = new HandleRig('linux');
    const worker = await rig.handle(['sh', '-c', 'setsid sleep 301 & sleep 302'], { input: false });
    await until(() => rig.left().length === 4, 'launcher, worker and both sleeps');
    expect(await worker.stop(patience(2_000))).toEqual({ left: [], killed: false });
    expect(await worker.ended).toMatchObject({ exit_code: null, signal: 'SIGTERM' });
    expect(rig.left()).toEqual([]);
  });

  it('that left something in another session is cleaned up after without knowing its group', async () => {
    const rig = new HandleRig('linux');
    const launcher = rig.start(['sh', '-c', 'setsid sleep 301 & exit 0']);
    await launcher.ended;
    await until(() => rig.left().length === 1);
    expect(await endStrays(rig.table, { pgid: null, run: rig.run, step: 1, rank: 1 }, 500)).toBe(0);
    expect(await endStrays(rig.table, { pgid: null, run: rig.run, step: 1, rank: 0 }, 500)).toBe(1);
    expect(rig.left()).toEqual([]);
  });

  it('is known by its start time whatever its name is', async () => {
    const rig = new HandleRig('linux');
    const name = 'a ) R 1 (b';
    const program = join(rig.folder, name);
    writeFileSync(program, '#!/bin/sh\nread -r line\n', { mode: 0o755 });
    const worker = await rig.handle([program]);
    const identity = await worker.identity;
    if (identity === null) throw new Error('The worker was not recorded');
    await until(() => readFileSync(`/proc/${identity.pid}/stat`, 'utf8').includes(`(${name})`));
    expect(rig.table.startTime(identity.pid)).toBe(identity.start_time);
    worker.endInput();
    expect((await worker.ended).exit_code).toBe(1);
  });

  it('whose launcher is killed goes on, and its end has no status', async () => {
    const rig = new HandleRig('linux');
    const worker = await rig.handle(ECHO);
    const identity = await worker.identity;
    process.kill(identity?.pgid ?? 0, 'SIGKILL');
    worker.writeLine('still there');
    await until(() => rig.printed().includes('still there'));
    worker.endInput();
    expect(await worker.ended).toMatchObject({ exit_code: null, signal: null });
    expect(rig.left()).toEqual([]);
  });

  it('that is adopted and stopped at once does no harm to a stranger who has its number now', async () => {
    const rig = new LauncherRig('linux');
    const stranger = spawn('sleep', ['301'], { detached: true, stdio: 'ignore' });
    onTestFinished(() => void stranger.kill('SIGKILL'));
    const pid = stranger.pid ?? 0;
    const worker = adoptWorkerProcess({
      table: rig.table,
      identity: { pid, pgid: pid, start_time: (rig.table.startTime(pid) ?? 0) - 1, boot_id: rig.table.bootId() },
      run: rig.run,
      step: 1,
      rank: 0,
      start: 1,
      record: rig.record,
      fifo: null,
      stopGraceMs: 300,
      thorough: true,
    });
    expect(await worker.stop(300)).toEqual({ left: [], killed: false });
    expect(await worker.ended).toMatchObject({ exit_code: null, signal: null });
    expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
    expect(rig.table.startTime(pid)).not.toBeNull();
  });
});
