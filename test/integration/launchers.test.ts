import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStartRecord } from '../../electron/engine/processes/process-record.ts';
import { LauncherRig } from '../helpers/launcher-rig.ts';
import { processesWith } from '../helpers/processes-with.ts';
import { until } from '../helpers/until.ts';

/** Prints every line of its input with a mark before it, and that there are no more. */
const ECHO = ['sh', '-c', 'while read -r line; do echo "got $line"; done; echo over'];
/** Says so when it is asked to end, and ends when it was asked twice. */
const STUBBORN = [
  process.execPath,
  '-e',
  `let asked = 0;
  const ask = () => { asked += 1; console.log('asked'); if (asked === 2) process.exit(5); };
  process.on('SIGTERM', ask).on('SIGHUP', ask).on('SIGINT', () => undefined);
  setInterval(() => undefined, 1000);
  console.log('ready');`,
];
/** Ten looks at the owner's file take half a second. */
const IMPATIENT = { DROVER_LAUNCHER_LOOK_SECONDS: '0.05' };
/** Touches a file as an engine does, until it is enough, and says how often; a process of its own, as this one may be held up. */
const TOUCHES = 'while [ ! -e enough ]; do touch "$1"; echo touched; sleep 0.02; done';
/** They take more than twice as long as ten looks. */
const MANY_TOUCHES = 60;

describe.each(['linux', 'darwin', 'win32'] as const)('the launcher for %s', (platform) => {
  it('records who the worker is and how it ended, one line each', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(['sh', '-c', 'echo "pid $$"; read -r line; echo "none: $line"; exit 3'], { start: 7 });
    expect(await launcher.ended).toEqual({ code: 3, signal: null });
    const lines = readFileSync(rig.record, 'utf8').split('\n');
    expect(lines).toHaveLength(3);
    const { leader_start, ...recorded } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(typeof leader_start).toBe(platform === 'linux' ? 'number' : 'undefined');
    expect(recorded).toEqual({
      start: 7,
      pid: Number(/^pid (\d+)\nnone: \n$/.exec(rig.printed())?.[1]),
      pgid: launcher.pid,
      start_time: expect.any(Number) as number,
      boot_id: rig.table.bootId(),
    });
    expect(JSON.parse(lines[1] ?? '')).toEqual({ start: 7, status: 3 });
  });

  it('records the start time that the process table shows', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(['sleep', '301']);
    const { pid, start_time } = await launcher.worker();
    expect(start_time).toBeGreaterThan(0);
    expect(rig.table.startTime(pid)).toBe(start_time);
    const members = rig.table.snapshot().membersOf({ pgid: launcher.pid, run: rig.run, step: 1, rank: 0 });
    expect(members).toContainEqual({ pid, start_time });
    process.kill(pid, 'SIGTERM');
    await launcher.ended;
    expect(rig.table.startTime(pid)).toBeNull();
  });

  it.each([
    ['success', 'exit 0', 0],
    ['an exit code that looks like a signal', 'exit 137', 137],
    ['SIGKILL', 'kill -KILL $$', 137],
    ['SIGTERM', 'kill -TERM $$', 143],
  ])('records %s', async (_, script, status) => {
    const launcher = new LauncherRig(platform).start(['sh', '-c', script]);
    expect((await launcher.ended).code).toBe(status);
    expect(launcher.recorded.status).toBe(status);
  });

  it('says in the log that a program is not there, and ends as a shell does then', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(['no-such-program', 'x']);
    expect((await launcher.ended).code).toBe(127);
    expect(launcher.recorded.status).toBe(127);
    expect(rig.printed()).toMatch(/no-such-program: (command )?not found\n$/);
  });

  it('ends with a status when its input cannot be made', async () => {
    const rig = new LauncherRig(platform);
    const first = rig.start(ECHO, { input: true });
    await first.worker();
    const second = rig.start(ECHO, { input: true, env: {} });
    expect((await second.ended).code).toBe(126);
    expect(readFileSync(rig.record, 'utf8')).toContain('{"start":1,"status":126}\n');
    expect(rig.printed()).toMatch(/input\.1/);
    (await first.input()).end();
    await first.ended;
  });

  it('passes on lines of any engine, until end of input', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(ECHO, { input: true });
    const first = await launcher.input();
    expect(first.writeLine('{"file":"ä"}')).toBe(true);
    await until(() => rig.printed().includes('got {"file":"ä"}\n'));
    first.discard();
    const second = await launcher.input();
    second.writeLine('b');
    second.end();
    expect(await launcher.ended).toEqual({ code: 0, signal: null });
    expect(rig.printed()).toBe('got {"file":"ä"}\ngot b\nover\n');
  });

  it('knows the status of a worker that ends in the moment of the signal', async () => {
    const rig = new LauncherRig(platform);
    for (let start = 1; start <= 15; start += 1) {
      const launcher = rig.start(ECHO, { start, input: true });
      const input = await launcher.input();
      input.writeLine('a');
      input.end();
      await launcher.ended;
      expect(launcher.recorded.status).toBe(0);
    }
  });

  it('loses nothing of what is written at once, more than a pipe holds', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(['wc', '-c'], { input: true });
    const input = await launcher.input();
    for (let line = 0; line < 100; line += 1) input.writeLine('x'.repeat(9_999));
    input.end();
    expect((await launcher.ended).code).toBe(0);
    expect(rig.printed().trim()).toBe('1000000');
  });

  it('gives end of input at once when it is asked right after the record', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(ECHO, { input: true });
    (await launcher.input()).end();
    expect((await launcher.ended).code).toBe(0);
    expect(rig.printed()).toBe('over\n');
  });

  it('outlives what a stop sends to its group, and records the end of a worker that goes on', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(STUBBORN, { input: true });
    await launcher.worker();
    await until(() => rig.printed().includes('ready'));
    process.kill(-launcher.pid, 'SIGINT');
    for (const [count, signal] of (['SIGTERM', 'SIGHUP'] as const).entries()) {
      process.kill(-launcher.pid, signal);
      await until(() => rig.printed().match(/asked/g)?.length === count + 1);
    }
    expect(await launcher.ended).toEqual({ code: 5, signal: null });
    expect(launcher.recorded.status).toBe(5);
  });

  it('leaves no process of its own behind', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(ECHO, { input: true });
    (await launcher.input()).end();
    await launcher.ended;
    expect(processesWith(`DROVER_RUN_ID=${rig.run}`)).toEqual([]);
    expect(rig.table.groupExists(launcher.pid)).toBe(false);
  });

  it('gives end of input when no engine has touched its file for ten looks', async () => {
    const rig = new LauncherRig(platform);
    const launcher = rig.start(ECHO, { input: true, env: IMPATIENT });
    expect(await launcher.ended).toEqual({ code: 0, signal: null });
    expect(rig.printed()).toBe('over\n');
  });

  it('gives none as long as an engine touches its file', async () => {
    const rig = new LauncherRig(platform);
    const touches = (): number => rig.printed().match(/touched/g)?.length ?? 0;
    const engine = rig.start(['sh', '-c', TOUCHES, 'sh', rig.owner], { start: 2 });
    await until(() => touches() > 0);
    const waits = rig.start(ECHO, { input: true, env: IMPATIENT });
    await waits.worker();
    const before = touches();
    await until(() => touches() > before + MANY_TOUCHES);
    expect(readStartRecord(rig.record, 1).status).toBeNull();
    writeFileSync(join(rig.folder, 'enough'), '');
    await engine.ended;
    expect(await waits.ended).toEqual({ code: 0, signal: null });
  });
});
