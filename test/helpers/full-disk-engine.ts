import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine } from '../../electron/engine/engine.ts';
import type { LaunchRequest } from '../../shared/contract/launch.ts';
import type { LogProblem } from '../../shared/contract/logs.ts';
import { until } from './until.ts';

/**
 * Runs a pipeline whose data folder lies on a small disk. The disk is filled once some outputs are there, and freed when the engine has
 * said so. Prints what came of it as one JSON document. A program of its own, since only a process in a mount namespace of its own can have
 * such a disk without rights.
 *
 * usage: full-disk-engine.ts FOLDER, with FOLDER/request.json (a launch request, outputs in FOLDER/results) and FOLDER/disk (the small disk)
 */
const folder = process.argv[2] ?? '';
const ballast = join(folder, 'disk', 'ballast');
/** The disk is filled while most of the work is still to do. */
const OUTPUTS_BEFORE = 3;
/** An item takes a twentieth of this. */
const STANDSTILL_MS = 400;

const request = JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8')) as LaunchRequest;
/** The run is not to pause before the disk is full: what happens then is what is looked at. */
const NO_WATCH = { DROVER_KEEP_FREE: '0' };
const env = {
  ...process.env,
  XDG_RUNTIME_DIR: join(folder, 'runtime'),
  DROVER_LEASES: join(folder, 'leases'),
  DROVER_STOP_GRACE_MS: '300',
  ...NO_WATCH,
};
const engine = createEngine({
  home: join(folder, 'disk', 'home'),
  env,
  headless: [process.execPath],
  commandLine: null,
});
const problems: LogProblem[] = [];
engine.subscribe({ runProblems: (push) => problems.push(...push.problems) });

const started = await engine.startRun({ ...request, detach: false });
if (!started.ok) throw new Error(started.error.message);
const { run, directory } = started.value;
await engine.watchRun({ run });
const isOver = (): boolean => !engine.ownedRuns().includes(run);
await until(() => outputs() >= OUTPUTS_BEFORE, 'the first outputs');
fillDisk();
// A worker may have met the full disk before the engine.
await until(
  () => isOver() || problems.some(({ worker, level }) => worker === 'run' && level === 'error'),
  'a message of the engine',
);
await standstill();
const paused = !isOver();
rmSync(ballast);
await until(isOver, 'the end');
const first = await engine.runStatus({ run });
if (first.ok && first.value.status !== 'completed') await engine.resumeRun({ run, detach: false });
await until(isOver, 'the end of the resumed run');
const last = await engine.runStatus({ run });
const journal = readFileSync(join(directory, 'journal.ndjson'), 'utf8');
process.stdout.write(`${JSON.stringify({ paused, last, problems, journal })}\n`);
await engine.close();

/** Waits until no more is done: all that a full disk can spoil has been spoiled. */
async function standstill(): Promise<void> {
  for (let before = -1, now = 0; now !== before; now = outputs()) {
    before = now;
    await sleep(STANDSTILL_MS);
  }
}

function outputs(): number {
  return readdirSync(join(folder, 'results')).length;
}

/** Writes until not one byte more fits. */
function fillDisk(): void {
  const file = openSync(ballast, 'w');
  for (let size = 64 * 1024; size >= 1; ) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
  closeSync(file);
}
