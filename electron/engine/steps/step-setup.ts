import type { DeviceRef } from '../../../shared/device.ts';
import type { ParameterValue, Step } from '../../../shared/pipeline.ts';
import type { RunEvent, RunEventBody } from '../../../shared/run-events.ts';
import type { StepState } from '../../../shared/run-state.ts';
import type { Environment } from '../data-home.ts';
import type { ComponentLog } from '../logs/component-log.ts';
import type { LaunchHelper } from '../processes/launch-helper.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import type { RuntimeFolder } from '../processes/runtime-folder.ts';
import type { LiveBoard } from './live-board.ts';

/** The four component logs of a step. */
export interface StepLogs {
  orchestrator: ComponentLog;
  adapter: ComponentLog;
  metrics: ComponentLog;
  validator: ComponentLog;
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
  runtime: RuntimeFolder;
  table: ProcessTable;
  /** Starts the launchers. */
  helper: LaunchHelper;
  /** What workers inherit, cleaned of what belongs to Drover's own runtime. */
  env: Environment;
  stopGraceMs: number;
  logs: StepLogs;
  board: LiveBoard;
  /** Says that a worker's log will be written, so that it is scanned; and that a worker is over. */
  scan: (rank: number, path: string) => void;
}
