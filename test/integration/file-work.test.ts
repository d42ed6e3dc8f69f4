import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArchiveState, writeArchiveState } from '../../electron/engine/records/archive/archive-state.ts';
import { archiveFile } from '../../electron/engine/run-directory/paths.ts';
import { HEADLESS } from '../helpers/built-command.ts';
import { startDrover } from '../helpers/drover-command.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { startTaker } from '../helpers/run-takers.ts';
import { until } from '../helpers/until.ts';

/** Bytes of a log that takes a while to pack, as nothing of it can be compressed. */
const MUCH = 6 * 1024 * 1024;

/** Fails until the file `go` is there, and prints which items it has done after that. */
const SECOND_LIFE = `[ -e "$GO" ] || exit 5
echo "second life of $1"
sleep 1
cp "$1" "$2"`;

const FILES = { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' };

/** A run whose items all failed and would not fail again. */
async function failedRun(rig: EngineRig, logBytes = 1_000): Promise<RigRun> {
  const go = join(rig.folder, 'go');
  const run = await rig.run({
    steps: [
      {
        command: ['sh', '-c', SECOND_LIFE, 'sh', '{file}', '{output}'],
        dispatch: 'each',
        outputs: ['{stem}.out'],
        env: { GO: go },
        retries: 0,
      },
    ],
    files: FILES,
  });
  appendFileSync(run.logPath(), `${randomBytes(logBytes / 2).toString('hex')}\n`);
  writeFileSync(go, '');
  return run;
}

/** What the log has of the second life; every item printed one line. */
function secondLives(run: RigRun): number {
  return run.log().split('second life of').length - 1;
}

function isDraftThere(run: RigRun): boolean {
  return readdirSync(run.directory).some((name) => name.startsWith('.run.tar.gz.'));
}

/** Bytes of what is being written in the place of the archive; 0 where nothing is. */
function draftBytes(run: RigRun): number {
  const drafts = readdirSync(run.directory).filter((name) => name.startsWith('.run.tar.gz.'));
  return drafts.reduce(
    (sum, name) => sum + (statSync(join(run.directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

describe('whatever changes the files of a run', () => {
  it('is waited for by a resume: logs that are packed meanwhile are those of before', async () => {
    const rig = new EngineRig();
    const run = await failedRun(rig, MUCH);
    const packing = rig.engine.archive({ run: run.id, pack: true });
    await until(() => isDraftThere(run), 'the packing');
    expect((await run.status()).status).toBe('failed');
    const ended = await run.resume();
    expect((await packing).ok).toBe(true);
    expect(ended.items.complete).toBe(3);
    expect(secondLives(run)).toBe(3);
  });

  it('is waited for by other work of that kind, and each is done', async () => {
    const rig = new EngineRig();
    const run = await failedRun(rig);
    const asked = [
      rig.engine.archive({ run: run.id, pack: true }),
      rig.engine.reconcile({ run: run.id }),
      rig.engine.unpackLogs({ run: run.id }),
      rig.engine.archive({ run: run.id, pack: true }),
    ];
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await rig.engine.verifyArchive({ run: run.id })).toMatchObject({ ok: true });
  });

  it('is not done while the run is conducted, from its first moment on', async () => {
    const rig = new EngineRig();
    const run = await failedRun(rig, MUCH);
    await rig.engine.archive({ run: run.id, pack: true });
    const resuming = run.resume();
    // The resume unpacks now; it owns the run already.
    await until(() => rig.engine.ownedRuns().length > 0 || existsSync(run.logPath()) || isUnpacking(run));
    const asked = [
      rig.engine.archive({ run: run.id, pack: true }),
      rig.engine.deleteRun({ run: run.id }),
      rig.engine.resumeRun({ run: run.id, detach: false }),
    ];
    const reasons = (await Promise.all(asked)).map((answer) => (answer.ok ? 'done' : answer.error.reason));
    expect(reasons).toEqual(['run-active', 'run-active', 'run-active']);
    expect((await resuming).items.complete).toBe(3);
    expect(secondLives(run)).toBe(3);
  });

  it('is done by a process that may be killed in it: the next one goes on', async () => {
    const rig = new EngineRig();
    const run = await failedRun(rig);
    const packer = await startTaker();
    expect(await packer.take(run.directory, 0, 'archiving')).toBe('won');
    mkdirSync(join(run.directory, '.unpacking-half', 'logs'), { recursive: true });
    writeFileSync(join(run.directory, `.run.tar.gz.${packer.process.pid}-abc.tmp`), 'half');
    await packer.kill();
    expect((await run.resume()).items.complete).toBe(3);
    expect(readdirSync(run.directory).filter((name) => /unpacking|tmp$/.test(name))).toEqual([]);
  });

  it.each([
    ['archive', 'archive'],
    ['archive', 'reconcile'],
    ['archive', 'resume'],
    ['archive --pack', 'archive'],
    ['archive --pack', 'resume'],
  ] as const)(
    'leaves a draft when it is killed, which goes with the next work: "drover %s", then %s',
    async (killed, next) => {
      const rig = new EngineRig();
      const run = await failedRun(rig);
      await rig.engine.archive({ run: run.id, pack: false });
      const earlier = readFileSync(archiveFile(run.directory));
      appendFileSync(run.logPath(), `${randomBytes(MUCH).toString('hex')}\n`);
      const log = run.log();
      const [command = '', ...options] = killed.split(' ');
      const archiving = startDrover(rig.home, command, run.id, ...options);
      // In the middle of it: the draft has content, and the earlier archive still stands.
      await until(() => draftBytes(run) > 0, 'the draft to be written');
      archiving.kill('SIGKILL');
      expect((await archiving.ended).status).toBeNull();
      expect(draftBytes(run)).toBeGreaterThan(0);
      expect(readFileSync(archiveFile(run.directory)).equals(earlier)).toBe(true);
      expect(run.log()).toBe(log);

      const works = {
        archive: async () => (await rig.engine.archive({ run: run.id, pack: false })).ok,
        reconcile: async () => (await rig.engine.reconcile({ run: run.id })).ok,
        resume: async () => (await run.resume()).items.complete === 3,
      };
      expect(await works[next]()).toBe(true);
      expect(isDraftThere(run)).toBe(false);
      expect(run.log().startsWith(log)).toBe(true);
      if (next !== 'archive') return;
      expect(await rig.engine.verifyArchive({ run: run.id })).toMatchObject({ ok: true, value: { differences: [] } });
    },
  );

  it('is waited for before a headless engine is started', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const run = await failedRun(rig, MUCH);
    const packing = rig.engine.archive({ run: run.id, pack: true });
    await until(() => isDraftThere(run), 'the packing');
    expect((await rig.engine.resumeRun({ run: run.id, detach: true })).ok).toBe(true);
    expect((await packing).ok).toBe(true);
    await until(async () => (await run.status()).status === 'completed', 'the end');
    expect(secondLives(run)).toBe(3);
  });
});

function isUnpacking(run: RigRun): boolean {
  return readdirSync(run.directory).some((name) => name.startsWith('.unpacking-'));
}

describe('several resumes of a run whose logs are packed', () => {
  it('unpack once: one goes on with the run, the others are refused, and no line is lost', async () => {
    const rig = new EngineRig();
    const run = await failedRun(rig, MUCH);
    await rig.engine.archive({ run: run.id, pack: true });
    const resumes = await Promise.all(
      Array.from({ length: 4 }, () => rig.engine.resumeRun({ run: run.id, detach: false })),
    );
    const reasons = resumes.map((resume) => (resume.ok ? 'goes on' : resume.error.reason));
    expect(reasons.toSorted()).toEqual(['goes on', ...Array(3).fill('run-active')]);
    expect((await run.ended()).items.complete).toBe(3);
    expect(secondLives(run)).toBe(3);
  });
});

describe('logs', () => {
  it('are not packed while workers of an engine that crashed write into them', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const request = rig.request({
      steps: [{ command: ['sh', worker('slow.sh'), '{file}', '{output}'], dispatch: 'each', outputs: ['{stem}.out'] }],
      files: { 'a.txt': '30' },
    });
    const started = await rig.engine.startRun({ ...request, detach: true });
    if (!started.ok) throw new Error(started.error.message);
    const run = rig.of(started.value);
    await until(() => run.eventsOf('worker-running').length === 1, 'the worker');
    process.kill(run.eventsOf('owner-taken')[0]?.pid ?? 0, 'SIGKILL');
    await until(async () => (await run.status()).status === 'interrupted', 'the end of the engine');
    const refused = await rig.engine.archive({ run: run.id, pack: true });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'run-active' } });
    expect(existsSync(run.logPath())).toBe(true);
    await rig.engine.stopRun({ run: run.id, force: true, by: 'the test' });
    await run.ended();
  });

  it('that stand beside an archive which cannot be unpacked stay', async () => {
    const rig = new EngineRig();
    const run = await failedRun(rig);
    await rig.engine.archive({ run: run.id, pack: true });
    mkdirSync(dirname(run.logPath()), { recursive: true });
    writeFileSync(run.logPath(), 'the only copy of these lines');
    // What archive.json lists does not come out of it.
    const state = readArchiveState(run.directory);
    if (state === null) throw new Error('There is no archive');
    const members = state.members.map((member) => ({ ...member, size: member.size + 1 }));
    writeArchiveState(run.directory, { ...state, members });
    expect(await rig.engine.unpackLogs({ run: run.id })).toMatchObject({ ok: false, error: { reason: 'run-damaged' } });
    expect(run.log()).toBe('the only copy of these lines');
  });

  it('of a run whose packing was cut off are whole after unpacking, and longer ones are kept', async () => {
    const rig = new EngineRig();
    const run = await failedRun(rig);
    const before = run.log();
    await rig.engine.archive({ run: run.id, pack: true });
    mkdirSync(dirname(run.logPath()), { recursive: true });
    writeFileSync(run.logPath(), before.slice(0, 10));
    const runLog = join(run.directory, 'logs', 'run.log');
    writeFileSync(runLog, 'x'.repeat(100_000));
    expect(await rig.engine.unpackLogs({ run: run.id })).toMatchObject({ ok: true });
    expect(run.log()).toBe(before);
    expect(readFileSync(runLog, 'utf8')).toBe('x'.repeat(100_000));
    expect(existsSync(archiveFile(run.directory))).toBe(true);
    rmSync(runLog);
  });
});
