import type { DeviceRef } from '../../../shared/device.ts';
import { workerId } from '../../../shared/ids.ts';
import { makeFolders } from '../files/make-folders.ts';
import { isOwnFolder } from '../pipelines/own-folder.ts';
import { fifoFolder, fifoPath } from '../processes/fifo-folder.ts';
import { ownerFile, processRecordFile, reportFile, stepLogsFolder } from '../run-directory/paths.ts';
import type { StepSetup } from '../steps/step-setup.ts';
import type { WorkerPlace } from './worker-environment.ts';

/** What tells the worker of a rank its place. */
export function placeOf(setup: StepSetup, rank: number, device: DeviceRef): WorkerPlace {
  return {
    run: setup.run,
    step: setup.state.step,
    rank,
    worldSize: setup.devices.length,
    device,
    pidNamespace: setup.table.pidNamespace(),
    reportFile: reportFile(setup.directory, setup.state.step, rank),
    logFolder: stepLogsFolder(setup.directory, setup.state.step),
    outputFolder: setup.outputDir,
  };
}

/** Where the launcher of a rank records its processes. */
export function recordPathOf(setup: StepSetup, rank: number): string {
  return processRecordFile(setup.directory, setup.state.step, workerId(rank));
}

/** What starting and adopting a process have in common. */
export function processParts(setup: StepSetup, rank: number, start: number, fifo: string | null) {
  return {
    table: setup.table,
    run: setup.run,
    step: setup.state.step,
    rank,
    start,
    fifo,
    record: recordPathOf(setup, rank),
    launcher: setup.runtime.launcher,
    owner: ownerFile(setup.directory),
    stopGraceMs: setup.stopGraceMs,
    thorough: setup.definition.dispatch !== 'each',
  };
}

/** A new FIFO for a start. A folder for FIFOs that others may write to, or that cannot be made, is a reason not to start. */
export function makeFifoPath(setup: StepSetup, rank: number, start: number): { path: string } | { error: string } {
  const { env, run, state } = setup;
  try {
    return { path: fifoPath(fifoFolder(env), run, state.step, rank, start) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Makes a working directory that lies in the run's own folders: nobody else could have made it before the run was there.
 * @returns why a worker cannot start there, or null
 */
export function makeWorkingDirectory({ directory, outputDir }: StepSetup, cwd: string): string | null {
  if (!isOwnFolder(cwd, { runDirectory: directory, outputDir })) return null;
  try {
    makeFolders(cwd);
    return null;
  } catch (error) {
    return `The working directory ${cwd} cannot be made: ${error instanceof Error ? error.message : String(error)}`;
  }
}
