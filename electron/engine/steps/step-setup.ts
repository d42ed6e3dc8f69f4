import type { DeviceRef } from '../../../shared/device.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import type { RunEvent, RunEventBody } from '../../../shared/run/run-events.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import type { DiskFacts } from '../disk/disk-watch.ts';
import type { WorkerHost } from '../hosts/worker-host.ts';
import type { ComponentLog, LogLevel } from '../logs/component-log.ts';
import type { LiveState } from '../observe/live-state.ts';
import type { StepContext } from '../pipelines/step-values.ts';

/** The four component logs of a step. */
export interface StepLogs {
  orchestrator: ComponentLog;
  adapter: ComponentLog;
  metrics: ComponentLog;
  validator: ComponentLog;
}

/** Writes a line about one worker into a component log of its step. */
export type WriteLog = (
  component: 'orchestrator' | 'adapter' | 'validator',
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** What was found in the place of the outputs of a step. */
interface StepOutputs {
  /** When it was last checked that nothing is there except what may be replaced (milliseconds since 1970). */
  checkedAt: number;
  /** What was in the place of outputs then and has no known maker. */
  unclaimed: ReadonlySet<string>;
}

/** What is shown of a step while it runs. */
interface LiveStep {
  state: LiveState;
  /** Begins to scan a worker's log for problems. The log is there, or will be. */
  scan: (rank: number, path: string) => void;
  /** Shows a problem of a worker, beside what the worker prints itself. */
  warn: (rank: number, text: string) => void;
}

/** Everything a step needs to run, given by the session that owns the run. */
export interface StepSetup {
  run: string;
  /** The run's directory. */
  directory: string;
  /** The folded state of this step; changed only by `record`. */
  state: StepState;
  definition: Step;
  /** Journals an event and applies it to the state. */
  record: (body: RunEventBody) => RunEvent;
  /** Where the workers run. */
  host: WorkerHost;
  /** One device per rank. */
  devices: readonly DeviceRef[];
  /** The values of the pipeline's placeholders; parameters as they were requested. */
  values: StepContext;
  /** Parameters of type integer. */
  integers: ReadonlySet<string>;
  /** Whether parameters may be lowered when a device runs out of memory. */
  mayLowerParameters: boolean;
  outputs: StepOutputs;
  stopGraceMs: number;
  /** The first pause before something is tried again. */
  restartPauseMs: number;
  /** The free space on the disks that the step writes to. */
  disks: DiskFacts;
  logs: StepLogs;
  runLog: ComponentLog;
  live: LiveStep;
}

/** Returns the item of a number that is known to exist. */
export function itemAt({ step, items }: StepState, index: number): ItemState {
  const item = items.at(index);
  if (item === undefined) throw new Error(`There is no item ${index} in step ${step}`);
  return item;
}

/** Returns the items that a worker has, in the order given. */
export function heldBy(state: StepState, rank: number): ItemState[] {
  return Array.from(state.workers[rank]?.holding ?? [], (index) => itemAt(state, index));
}

/** Returns the first item that a worker has and that is not judged. It does not copy the list, which can be very long. */
export function firstHeldBy(state: StepState, rank: number): ItemState | undefined {
  const first = state.workers[rank]?.holding.first;
  return first === undefined ? undefined : itemAt(state, first);
}
