import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkStorage } from '../../electron/engine/doctor/check-storage.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { processTable } from '../../electron/engine/processes/this-process-table.ts';
import { isOwned, takeOwnership } from '../../electron/engine/run-directory/owner-file.ts';
import type { LaunchRequest } from '../../shared/contract/launch.ts';
import { fillDisk, freeDisk, makeReadOnly, makeWritable } from '../faults/small-disk.ts';
import { makeRun } from './make-run.ts';
import { until } from './until.ts';

/**
 * Starts runs in a data folder on a disk that takes nothing more, lets go of one there, and tries the same on a read-only disk. Prints what
 * was said as one JSON document. A program of its own, since only a process in a mount namespace of its own can have such a disk without rights.
 *
 * usage: full-disk-start-engine.ts FOLDER, with FOLDER/request.json (a launch request) and FOLDER/disk (the small disk)
 */
const [folder = ''] = process.argv.slice(2);
const disk = join(folder, 'disk');
const home = join(disk, 'home');
const request = JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8')) as LaunchRequest;
const env = { ...process.env, XDG_RUNTIME_DIR: join(folder, 'runtime'), DROVER_LEASES: join(folder, 'leases') };
const engine = createEngine({ home, env, headless: [process.execPath], commandLine: null });

fillDisk(disk);
const neverUsed = { said: await start(), left: readdirSync(join(home, 'runtime')) };
freeDisk(disk);
await engine.plan(request);
fillDisk(disk);
const usedBefore = { said: await start(), left: runFolders(), doctor: checkStorage(home, env)[0] };
freeDisk(disk);
const released = await letGoOnFullDisk();
makeRun(join(home, 'runs'));
makeReadOnly(home);
const readOnly = { said: await start(), left: runFolders(), cleaned: await clean() };
makeWritable(home);
process.stdout.write(JSON.stringify({ neverUsed, usedBefore, released, readOnly }));
await engine.close();

async function start(): Promise<string> {
  const started = await engine.startRun({ ...request, detach: false });
  return started.ok ? 'started' : started.error.message;
}

async function clean(): Promise<string> {
  const cleaned = await engine.clean({ olderThanDays: 0, logsOnly: false, dryRun: false });
  return cleaned.ok ? 'cleaned' : cleaned.error.message;
}

function runFolders(): string[] {
  return readdirSync(join(home, 'runs', 'test'));
}

/** A run that ended here is free for this process at once, and for others when the disk has room again. */
async function letGoOnFullDisk(): Promise<{ atOnce: boolean; left: string[]; written: boolean }> {
  const table = processTable();
  const ownership = takeOwnership(home, table);
  if (!ownership.ok) throw new Error(ownership.error.message);
  fillDisk(disk);
  ownership.value.release();
  const atOnce = !isOwned(home, table);
  const left = readdirSync(home).filter((name) => name.endsWith('.tmp'));
  freeDisk(disk);
  await until(isWrittenFree, 'owner.json to say that the run is free');
  return { atOnce, left, written: isWrittenFree() };
}

function isWrittenFree(): boolean {
  const { released: isFree } = JSON.parse(readFileSync(join(home, 'owner.json'), 'utf8')) as { released: boolean };
  return isFree;
}
