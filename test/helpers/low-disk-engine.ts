import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createEngine } from '../../electron/engine/engine.ts';
import { lastOwner } from '../../electron/engine/run-directory/owner-file.ts';
import { journalFile } from '../../electron/engine/run-directory/paths.ts';
import { readJournal } from '../../electron/engine/run-directory/read-journal.ts';
import type { LaunchRequest } from '../../shared/contract/launch.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { RunStatusDocument } from '../../shared/run/run-status.ts';
import { HEADLESS } from './built-command.ts';
import { until } from './until.ts';

/**
 * Runs a pipeline that writes to a small disk, which is nearly filled before the run or while its first items are under way, and freed when
 * the run has been seen to pause. Prints what came of it as one JSON document. A program of its own, since only a process in a mount
 * namespace of its own can have such a disk without rights.
 *
 * usage: low-disk-engine.ts FOLDER SCENE, with FOLDER/request.json (a launch request), FOLDER/disk (the small disk) and SCENE
 *   midway     the disk is filled while items that wait for FOLDER/go are under way; they end in the pause
 *   beginning  it is full before the run starts
 *   files      … though only in files that it can hold
 *   stop       … and the run is stopped in the pause, and resumed when the disk has room
 *   crash      … and its engine is killed in the pause, and the run resumed while the disk is still full
 */
const [folder = '', scene = ''] = process.argv.slice(2);
const ballast = join(folder, 'disk', 'ballast');
/** Just fewer files than the low mark of the disk. */
const LEFT_FILES = 15;
/** Just less than the low mark of the disk, and enough for the files of a run. */
const LEFT_BYTES = 76 * 1024;

const { home, ...request } = JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8')) as LaunchRequest & {
  home: string;
};
const env = {
  ...process.env,
  XDG_RUNTIME_DIR: join(folder, 'runtime'),
  DROVER_LEASES: join(folder, 'leases'),
  DROVER_STOP_GRACE_MS: '300',
  DROVER_HOME: home,
};
const engine = createEngine({ home, env, headless: HEADLESS, commandLine: null });
/** Looks on, as any other process would. */
const other = createEngine({ home, env, headless: HEADLESS, commandLine: null });

// The launcher and the bundled workers are there from earlier runs.
if (!(await engine.plan(request)).ok) throw new Error('The launch cannot be planned');
if (scene !== 'midway') await nearlyFill();
const started = await engine.startRun({ ...request, detach: scene === 'crash' });
if (!started.ok) throw new Error(started.error.message);
const { run, directory } = started.value;
if (scene === 'midway') {
  await until(async () => (await status()).items.running === 2, 'two items under way');
  await nearlyFill();
}
await until(() => pauses() === 1, 'the pause');
writeFileSync(join(folder, 'go'), '');
await until(async () => (await status()).items.running === 0, 'the end of what runs');
const inPause = await status();
if (scene === 'stop') await engine.stopRun({ run, force: false, by: 'the test' });
if (scene === 'crash') await killOwner();
if (scene === 'stop') await until(() => !engine.ownedRuns().includes(run), 'the stop');
const after = await status();
if (scene === 'crash') {
  await engine.resumeRun({ run, detach: false });
  await until(() => pauses() === 2, 'the pause of the next engine');
}
rmSync(ballast, { recursive: true });
if (scene === 'stop') await engine.resumeRun({ run, detach: false });
await until(() => !engine.ownedRuns().includes(run), 'the end');
const last = await status();
process.stdout.write(JSON.stringify({ inPause, after, last, events: events(), disk: join(folder, 'disk') }));
await Promise.all([engine.close(), other.close()]);

async function status(): Promise<RunStatusDocument> {
  const found = await other.runStatus({ run });
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}

function events(): RunEvent[] {
  const found: RunEvent[] = [];
  readJournal(journalFile(directory), (event) => found.push(event));
  return found;
}

function pauses(): number {
  return events().filter(({ type }) => type === 'dispatch-paused').length;
}

async function killOwner(): Promise<void> {
  const pid = lastOwner(directory)?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(async () => (await status()).status === 'interrupted', 'the engine to be gone');
}

/** Leaves a little. */
async function nearlyFill(): Promise<void> {
  if (scene === 'files') return nearlyFillWithFiles();
  const { bavail, bsize } = statfsSync(join(folder, 'disk'));
  const size = Math.max(0, bavail * bsize - LEFT_BYTES);
  await pipeline(createReadStream('/dev/zero', { end: size - 1 }), createWriteStream(ballast));
}

function nearlyFillWithFiles(): void {
  mkdirSync(ballast);
  for (let left = statfsSync(ballast).ffree; left > LEFT_FILES; left -= 1) writeFileSync(join(ballast, `${left}`), '');
}
