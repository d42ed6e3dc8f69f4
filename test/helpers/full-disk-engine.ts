import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '../../electron/engine/engine.ts';
import type { LogProblem } from '../../shared/contract.ts';
import type { LaunchRequest } from '../../shared/contract.ts';
import { until } from './until.ts';

/**
 * Runs a pipeline whose data folder lies on a small disk that is full from the moment a worker asks for it (by making a file `fill`) and
 * free again later, and prints what came of it as one JSON document. A program of its own, as only a process in a mount namespace of its
 * own can have such a disk without rights.
 *
 * usage: full-disk-engine.ts FOLDER, with FOLDER/request.json (a launch request) and FOLDER/disk (the small disk)
 */
const folder = process.argv[2] ?? '';
const home = join(folder, 'disk', 'home');
const ballast = join(folder, 'disk', 'ballast');
const request = JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8')) as LaunchRequest;
const env = { ...process.env, XDG_RUNTIME_DIR: join(folder, 'runtime'), DROVER_STOP_GRACE_MS: '300' };
const engine = createEngine({ home, env, headless: [process.execPath], commandLine: null });
const problems: LogProblem[] = [];
engine.subscribe({ runProblems: (push) => problems.push(...push.problems) });

const started = await engine.startRun({ ...request, detach: false });
if (!started.ok) throw new Error(started.error.message);
const { run } = started.value;
await until(() => existsSync(join(folder, 'fill')));
fillDisk();
writeFileSync(join(folder, 'full'), '');
await new Promise((resolve) => setTimeout(resolve, 3000));
const pausedWhileFull = engine.ownedRuns().includes(run);
rmSync(ballast);
await until(() => !engine.ownedRuns().includes(run));
const first = await engine.runStatus({ run });
if (first.ok && first.value.status !== 'completed') {
  await engine.resumeRun({ run, detach: false });
  await until(() => !engine.ownedRuns().includes(run));
}
const last = await engine.runStatus({ run });
process.stdout.write(`${JSON.stringify({ pausedWhileFull, first, last, problems, directory: started.value.directory })}\n`);
await engine.close();

/** Writes until not one byte more fits. */
function fillDisk(): void {
  mkdirSync(join(folder, 'disk'), { recursive: true });
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
