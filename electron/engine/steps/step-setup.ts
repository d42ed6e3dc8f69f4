import type { DeviceRef, DeviceSample } from '../../../shared/device.ts';
import type { ParameterValue, Step } from '../../../shared/pipeline/pipeline.ts';
import type { RunEvent, RunEventBody } from '../../../shared/run/run-events.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import type { DiskFacts } from '../disk/disk-watch.ts';
import type { MachineSigns } from '../failures/machine-signs.ts';
import type { Environment } from '../files/data-home.ts';
import type { ComponentLog } from '../logs/component-log.ts';
import type { LiveBoard } from '../observe/live-board.ts';
import type { LaunchHelper } from '../processes/launch-helper.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import type { RuntimeFolder } from '../processes/runtime-folder.ts';

/** The four component logs of a step. */
export interface StepLogs {
  orchestrator: ComponentLog;
  adapter: ComponentLog;
  metrics: ComponentLog;
  validator: ComponentLog;
}

/** What the run's watch knows of its devices. */
interface DeviceFacts {
  /** The latest figures; null while they are not known. */
  sampleOf(device: DeviceRef): DeviceSample | null;
  /** Calls back when a device is no longer named by its driver, until the returned function is called. */
  onVanished(listener: (device: DeviceRef) => void): () => void;
}

/** Everything a step needs to run, given by the session that owns the run. */
export interface StepSetup {
  run: string;
  /** The run's directory. */
  directory: string;
  /** The folded state of this step; changed by `record` alone. */
  state: StepState;
  definition: Step;
  /** Journals an event and applies it to the state. */
  record: (body: RunEventBody) => RunEvent;
  /** One device per rank. */
  devices: readonly DeviceRef[];
  parameters: Readonly<Record<string, ParameterValue>>;
  pipelineDir: string;
  python: string | null;
  /** The step's output folder, absolute. */
  outputDir: string;
  /** When it was made sure of last that nothing stands there but what may be replaced (milliseconds since 1970). */
  outputsSeen: number;
  /** What stood at outputs then and nobody is known to have made. */
  unclaimed: ReadonlySet<string>;
  runtime: RuntimeFolder;
  table: ProcessTable;
  /** Starts the launchers. */
  helper: LaunchHelper;
  /** What workers inherit, cleaned of what belongs to Drover's own runtime. */
  env: Environment;
  stopGraceMs: number;
  /** The first pause before something is tried again. */
  restartPauseMs: number;
  /** Parameters of type integer. */
  integers: ReadonlySet<string>;
  /** What the machine says about the ends of workers. */
  machine: MachineSigns;
  /** What is measured of the devices; null where nothing is. */
  meter: DeviceFacts | null;
  /** The room on the disks that the step writes to. */
  disks: DiskFacts;
  logs: StepLogs;
  runLog: ComponentLog;
  board: LiveBoard;
  /** Says that something stands in a worker's log, or will, so that it is scanned. */
  scan: (rank: number, path: string) => void;
  /** Tells of a worker what is to be looked at, beside what it prints itself. */
  complain: (rank: number, text: string) => void;
}
