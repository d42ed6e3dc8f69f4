import { once } from 'node:events';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlFolder, journalFile, ownerFile } from '../../electron/engine/run-directory/paths.ts';
import { patience } from '../helpers/patience.ts';
import { until } from '../helpers/until.ts';
import {
  nameOtherBoot,
  nameStranger,
  ranksOf,
  recordFilesOf,
  tearLastBytes,
  tearLastLine,
  tearLastLines,
} from './damage.ts';
import { noNamespaces, type Scene, tryKill } from './scene.ts';
import type { Fault, Recovery } from './schedule.ts';
import { fillDisk, freeDisk, makeReadOnly, makeWritable, nearlyFillDisk } from './small-disk.ts';

const HOUR_MS = 3_600_000;
/** Linux tells starts by ticks of 10 ms; a number is used again after a lap through all of them, never within one. */
const TICKS_MS = 20;
/** A request whose moment lies in another hour is answered as fast as any other. */
const ANSWER_MS = 5_000;

/** What a schedule keeps count of while it is played. */
export interface Trail {
  /** What must not have happened. */
  violations: string[];
  /** Lines of the journal that were cut off in the middle. */
  torn: number;
  /** Whether lines that were in the journal are gone: what happened then may happen again. */
  forgotten: boolean;
  /** The folder of the small disk, if there is one. */
  disk: string | null;
}

/** Lets one thing go wrong, and sees to it that the run goes on after it. */
export async function applyFault(scene: Scene, fault: Fault, trail: Trail): Promise<void> {
  switch (fault.kind) {
    case 'kill-engine':
      return killEngine(scene, fault, trail);
    case 'kill-launcher':
      return killOne(scene, 'launcher', fault.victim);
    case 'kill-worker':
      return killOne(scene, 'worker', fault.victim);
    case 'kill-child':
      return killOne(scene, 'child', fault.victim);
    case 'kill-helper':
      return killOne(scene, 'helper', fault.victim);
    case 'kill-all-workers':
      for (const { pid, role } of scene.processes()) if (role === 'worker') tryKill(pid);
      return;
    case 'freeze-engine':
      return freeze(scene.owner(), fault.pause, () => contend(scene, trail));
    case 'freeze-worker':
      return freeze(one(scene, 'worker', fault.victim), fault.pause);
    case 'stop':
      return stop(scene, fault, trail);
    case 'contend':
      return contend(scene, trail);
    case 'power-loss':
      return losePower(scene, fault.cut, trail);
    case 'clock-jump':
      return jump(scene, fault.hours, trail);
    case 'stranger':
      return meetStranger(scene, fault.victim, trail);
    case 'disk-full':
      return runOutOfSpace(scene, fault, trail);
    case 'disk-low':
      return runLowOnSpace(scene, fault, trail);
    case 'read-only':
      return refuseWriting(scene, trail);
    case 'file-work':
      return workOnFiles(scene, fault, trail);
    case 'container':
      return moveIntoContainer(scene, fault.pause, trail);
    case 'full-output':
      return fillOutput(scene, trail);
  }
}

/** Resumes the run in an engine of its own, if it has no owner. */
export async function resume(scene: Scene, trail: Trail): Promise<void> {
  const before = scene.lastOwnership();
  if (scene.owner() !== null) return;
  const resumed = await scene.engine.resumeRun({ run: scene.run.id, detach: true });
  if (resumed.ok || scene.owner() !== null || (await scene.run.status()).status === 'completed') return;
  // An engine that was slow to start may have taken the run first, and have ended it by now.
  if (scene.lastOwnership() === before)
    trail.violations.push(`a run without owner could not be resumed: ${resumed.error.message}`);
}

async function killEngine(scene: Scene, fault: Extract<Fault, { kind: 'kill-engine' }>, trail: Trail): Promise<void> {
  if (!(await scene.killOwner())) return;
  if (fault.pause > 0) await sleep(fault.pause);
  // An engine that lost a race before may be reading it to take the run: a journal is torn under nobody.
  const isRead = scene.processes().some(({ role }) => role === 'engine');
  if (fault.tear === 'journal' && !isRead && tearLastLine(journalFile(scene.run.directory), fault.cut)) trail.torn += 1;
  if (fault.tear === 'records') tearRecordsOfTheDead(scene, fault.cut);
  await recover(scene, fault.recovery, trail);
}

async function recover(scene: Scene, recovery: Recovery, trail: Trail): Promise<void> {
  if (recovery === 'stop') {
    await scene.engine.stopRun({ run: scene.run.id, force: false, by: 'the schedule' });
    await expectNothingLeft(scene, trail);
  }
  if (recovery === 'race') await Promise.all([resume(scene, trail), resume(scene, trail)]);
  else await resume(scene, trail);
}

/** Files to which a live process still appends are not cut: only a power cut does that, and then nothing lives. */
function tearRecordsOfTheDead(scene: Scene, cut: number): void {
  const alive = new Set(scene.processes().map(({ rank }) => rank));
  for (const rank of ranksOf(scene.run.directory)) {
    if (alive.has(rank)) continue;
    for (const path of recordFilesOf(scene.run.directory, rank)) tearLastLine(path, cut);
  }
}

async function killOne(scene: Scene, role: 'launcher' | 'worker' | 'child' | 'helper', victim: number): Promise<void> {
  const pid = one(scene, role, victim);
  if (pid !== null) tryKill(pid);
}

function one(scene: Scene, role: string, victim: number): number | null {
  const candidates = scene.processes().filter((seen) => seen.role === role);
  return candidates[victim % Math.max(1, candidates.length)]?.pid ?? null;
}

async function freeze(pid: number | null, pause: number, meanwhile?: () => Promise<void>): Promise<void> {
  if (pid === null || pid === process.pid) return;
  tryKill(pid, 'SIGSTOP');
  await Promise.all([sleep(pause), meanwhile?.()]);
  tryKill(pid, 'SIGCONT');
}

async function stop(scene: Scene, fault: Extract<Fault, { kind: 'stop' }>, trail: Trail): Promise<void> {
  const asked = [scene.engine.stopRun({ run: scene.run.id, force: fault.force, by: 'the schedule' })];
  if (fault.again) asked.push(scene.engine.stopRun({ run: scene.run.id, force: true, by: 'the schedule' }));
  await Promise.all(asked);
  await expectNothingLeft(scene, trail);
  await resume(scene, trail);
}

/** A run that was stopped and has no owner any more has no process either. */
async function expectNothingLeft(scene: Scene, trail: Trail): Promise<void> {
  await scene.untilFree();
  const left = scene.processes().filter(({ rank }) => rank !== null);
  if (left.length > 0)
    trail.violations.push(`left after a stop: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`);
}

/** Another process wants the run while it has an owner. */
async function contend(scene: Scene, trail: Trail): Promise<void> {
  const owner = scene.owner();
  if (owner === null) return;
  const resumed = await scene.engine.resumeRun({ run: scene.run.id, detach: true });
  if (resumed.ok && !resumed.value.alreadyComplete && scene.owner() === owner)
    trail.violations.push('a run with a living owner was resumed by another process');
}

/** Another process packs, unpacks or reconciles the run that was stopped, and two want to go on with it meanwhile. */
async function workOnFiles(scene: Scene, fault: Extract<Fault, { kind: 'file-work' }>, trail: Trail): Promise<void> {
  const { run } = scene;
  await scene.engine.stopRun({ run: run.id, force: true, by: 'the schedule' });
  await scene.untilFree();
  if (fault.work === 'unpack') await scene.engine.archive({ run: run.id, pack: true });
  const words = {
    pack: ['archive', run.id, '--pack'],
    unpack: ['archive', run.id, '--unpack'],
    reconcile: ['reconcile', run.id],
  };
  const worker = scene.startCommand(words[fault.work]);
  const ended = once(worker, 'exit');
  await sleep(fault.pause);
  if (fault.kill) worker.kill('SIGKILL');
  await Promise.all([resume(scene, trail), resume(scene, trail), ended]);
}

/** Everything ends, and an engine in a PID namespace of its own goes on, until that is killed with all its workers. */
async function moveIntoContainer(scene: Scene, pause: number, trail: Trail): Promise<void> {
  if (noNamespaces !== null) return;
  await scene.engine.stopRun({ run: scene.run.id, force: true, by: 'the schedule' });
  await scene.untilFree();
  const inside = scene.startCommand(['resume', scene.run.id, '--plain'], { inside: true });
  const ended = once(inside, 'exit');
  await until(() => scene.owner() !== null || inside.exitCode !== null, 'an engine in the namespace');
  await sleep(pause);
  await contend(scene, trail);
  inside.kill('SIGKILL');
  await ended;
  await scene.untilFree();
  await resume(scene, trail);
}

/** Somebody goes on with the run whose standard output takes nothing: the run goes on, or a sentence says why it does not. */
async function fillOutput(scene: Scene, trail: Trail): Promise<void> {
  await scene.engine.stopRun({ run: scene.run.id, force: true, by: 'the schedule' });
  await scene.untilFree();
  const { code, errors } = await scene.resumeIntoFullOutput();
  const { status } = await scene.run.status();
  const isOver = status === 'completed' || status === 'completed-with-failures' || status === 'failed';
  const shown = JSON.stringify(errors.slice(0, 500));
  if (code === null || errors.includes('\n    at '))
    trail.violations.push(`with a full standard output it ended with ${code}: ${shown}`);
  else if (!isOver && !/[.:] /.test(errors))
    trail.violations.push(`with a full standard output the run is ${status}, and why is not said: ${shown}`);
  await resume(scene, trail);
}

/** Kills what is found until nothing is: those that are killed last may have started others. */
async function killAll(find: () => { pid: number }[]): Promise<void> {
  await until(() => {
    const left = find();
    for (const { pid } of left) tryKill(pid);
    return left.length === 0;
  }, 'everything that was killed to be gone');
}

/** Everything is gone at once, with the last bytes of what was being written. */
async function losePower(scene: Scene, cut: number, trail: Trail): Promise<void> {
  const owner = scene.owner();
  if (owner !== null && owner !== process.pid) tryKill(owner);
  await killAll(() => scene.processes());
  const { directory } = scene.run;
  if (tearLastLines(journalFile(directory), cut)) {
    trail.torn += 1;
    trail.forgotten = true;
  }
  const records = ranksOf(directory).flatMap((rank) => recordFilesOf(directory, rank));
  for (const path of records) tearLastBytes(path, cut);
  nameOtherBoot([journalFile(directory), ownerFile(directory), ...records]);
  scene.removeFifos();
  await resume(scene, trail);
}

/** The clock was set: the owner's file seems to come from another hour, and so does a request. */
async function jump(scene: Scene, hours: number, trail: Trail): Promise<void> {
  const { directory } = scene.run;
  const owner = scene.owner();
  if (owner === null) return;
  const time = Date.now() + hours * HOUR_MS;
  utimesSync(ownerFile(directory), new Date(time), new Date(time));
  await contend(scene, trail);
  const request = join(controlFolder(directory), `${time}-c10c0000.json`);
  mkdirSync(dirname(request), { recursive: true });
  writeFileSync(request, JSON.stringify({ request: 'stop', force: false, by: 'another hour' }));
  const answer = request.replace('.json', '.answer.json');
  const deadline = performance.now() + patience(ANSWER_MS);
  await until(() => existsSync(answer) || scene.owner() === null || performance.now() > deadline);
  if (!existsSync(answer) && scene.owner() === owner)
    trail.violations.push(`a request ${hours} hours off the clock was not answered`);
  await scene.untilFree();
  await resume(scene, trail);
}

/** A worker died with its launcher while there was no engine, and a stranger has its number now. */
async function meetStranger(scene: Scene, victim: number, trail: Trail): Promise<void> {
  if (!(await scene.killOwner())) return;
  const workers = scene.processes().filter(({ role }) => role === 'worker');
  const worker = workers[victim % Math.max(1, workers.length)];
  if (worker !== undefined) {
    await killAll(() => scene.processes().filter(({ rank }) => rank === worker.rank));
    await sleep(TICKS_MS);
    nameStranger(scene.run.directory, worker.rank ?? 0, worker.pid, scene.startStranger());
  }
  await resume(scene, trail);
}

async function runOutOfSpace(scene: Scene, fault: Extract<Fault, { kind: 'disk-full' }>, trail: Trail): Promise<void> {
  const { disk } = trail;
  if (disk === null) return;
  fillDisk(disk);
  await sleep(fault.pause);
  // Lines that wait for space in the memory of an engine that is killed now or soon are gone, the first of them perhaps in part.
  trail.forgotten = true;
  trail.torn += 1;
  if (fault.killEngine && (await scene.killOwner())) await expectRefusal(scene, 'no space left', trail);
  freeDisk(disk);
  await resume(scene, trail);
}

/** With little room left the run waits, whoever owns it, and goes on by itself. */
async function runLowOnSpace(scene: Scene, fault: Extract<Fault, { kind: 'disk-low' }>, trail: Trail): Promise<void> {
  const { disk } = trail;
  if (disk === null) return;
  nearlyFillDisk(disk);
  await untilPaused(scene);
  if (fault.killEngine && (await scene.killOwner())) {
    await resume(scene, trail);
    await untilPaused(scene);
  }
  await sleep(fault.pause);
  const begun = scene.run.items().filter(({ status }) => status === 'running').length;
  const left = scene.run.items().filter(({ status }) => status === 'pending').length;
  if (begun > 0 || left === 0) trail.violations.push(`in the pause ${begun} items run and ${left} wait`);
  freeDisk(disk);
  await until(() => scene.run.state().steps[0]?.pause === null, 'the run to go on by itself');
}

async function untilPaused(scene: Scene): Promise<void> {
  const isPaused = (): boolean => {
    const [step] = scene.run.state().steps;
    return step !== undefined && step.pause !== null && step.counts.running === 0;
  };
  await until(isPaused, 'the run to pause');
}

async function refuseWriting(scene: Scene, trail: Trail): Promise<void> {
  if (trail.disk === null || !(await scene.killOwner())) return;
  makeReadOnly(scene.run.directory);
  await expectRefusal(scene, 'read-only', trail);
  makeWritable(scene.run.directory);
  await resume(scene, trail);
}

/** A disk that takes nothing is a reason to say so, in one sentence that names it, and not to begin. */
async function expectRefusal(scene: Scene, word: string, trail: Trail): Promise<void> {
  const resumed = await scene.engine.resumeRun({ run: scene.run.id, detach: false });
  // An engine that lost a race for the run before may come late and take it.
  if (resumed.ok || scene.owner() !== null) return;
  const { message } = resumed.error;
  if (!message.toLowerCase().includes(word))
    trail.violations.push(`the refusal does not say what is wrong: ${message}`);
}
