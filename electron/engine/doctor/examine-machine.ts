import type { DoctorReport } from '../../../shared/contract/doctor.ts';
import type { PipelineList } from '../../../shared/contract/launch.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import type { Device } from '../../../shared/device.ts';
import { runsFolder } from '../files/data-home.ts';
import { unreadableFolders, unreadableProblem } from '../run-directory/run-places.ts';
import { checkDevices } from './check-devices.ts';
import { checkInterpreter } from './check-interpreter.ts';
import { checkPipelines, checkRuns } from './check-runs.ts';
import { checkStorage } from './check-storage.ts';
import { checkClock, checkLimits, checkSystem, checkTools, checkWorkerProcesses } from './check-system.ts';

/** The input of the examination. */
export interface MachineFacts {
  version: string;
  home: string;
  env: NodeJS.ProcessEnv;
  /** The folder of bundled workers. */
  workers: string;
  interpreter?: string | undefined;
  devices: readonly Device[];
  /** Sentences about devices that cannot be used. */
  deviceProblems: readonly string[];
  runs: readonly RunListEntry[];
  pipelines: PipelineList;
}

/** Checks everything that runs depend on. It changes nothing, except that it writes and removes a file in the data directory. */
export async function examineMachine(facts: MachineFacts): Promise<DoctorReport> {
  const { version, home, env, workers, interpreter, devices } = facts;
  const [python, clock] = await Promise.all([
    checkInterpreter({ env, workers, setting: interpreter, devices }),
    checkClock(env),
  ]);
  const checks = [
    checkSystem(version),
    ...checkDevices(devices, facts.deviceProblems),
    ...python,
    ...checkStorage(home, env),
    ...checkLimits(),
    checkWorkerProcesses(),
    ...clock,
    checkTools(env),
    checkPipelines(facts.pipelines),
    checkRuns(facts.runs, unreadableProblem(unreadableFolders(runsFolder(facts.home)))),
  ];
  return { version, time: new Date().toISOString(), checks };
}
