import type { DeviceRef, DeviceSample } from '../../../shared/device.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { ProcessIdentity } from '../../../shared/run/worker-state.ts';
import type { EndingContext } from '../failures/explain-ending.ts';
import type { ExpandedCommand } from '../pipelines/expand-step.ts';
import type { WorkerProcess } from '../processes/worker-process.ts';
import type { StackDump } from './dump-stacks.ts';

/** One rank of a step, as its host knows it. */
export interface HostedWorker {
  readonly rank: number;
  /** `worker_0`. */
  readonly id: string;
  readonly device: DeviceRef;
  /** Its process, as journaled; null while none is known to run. */
  readonly identity: ProcessIdentity | null;
}

/** One start of a worker. */
export interface WorkerStart {
  /** Counted from 1. */
  start: number;
  command: ExpandedCommand;
  /** The path from `openInput`; null for a worker that reads no items from its standard input. */
  input: string | null;
  logPath: string;
  /** Called with the command that is really run, before it is run. */
  onCommand: (shown: ShownCommand) => void;
}

/** The parts of a command that may be shown: the rest of the environment may hold secrets. */
export interface ShownCommand {
  command: readonly string[];
  cwd: string;
  /** The variables that Drover sets. */
  environment: Readonly<Record<string, string>>;
}

/** What the journal holds of a worker that an earlier engine started. */
export interface EarlierStart {
  start: number;
  input: string | null;
  /** null where the engine died before it journaled that the worker runs. */
  identity: ProcessIdentity | null;
  /** Whether it has ended an item; otherwise it may still be loading. */
  hasEndedItem: boolean;
}

/** What is measured of a step's devices. */
export interface DeviceFacts {
  /** Returns the latest figures; null while they are unknown. */
  sampleOf(device: DeviceRef): DeviceSample | null;
  /** Calls back when a driver no longer lists a device, until the returned function is called. */
  onVanished(listener: (device: DeviceRef) => void): () => void;
}

/** What a worker knows of its own end, without the evidence of its machine. */
export type KnownEnding = Omit<EndingContext, 'pids'>;

/**
 * The place where the workers of a step run. It defines how they are started, adopted, found and ended there, and which evidence there is of their
 * ends. The step itself (items, attempts, logs, reports) is the same wherever they run. `LocalHost` is this machine.
 */
export interface WorkerHost {
  /** Prepares for a rank. @returns the number of the latest start that is recorded there, 0 when there was none */
  open(rank: number): number;

  /**
   * Checks whether a worker may be started now. When it may, what it needs is reserved until it settles or is withdrawn.
   * @returns why it has to wait, in words; null when it may start
   */
  admission(worker: HostedWorker): Promise<string | null>;
  /** Notes that the worker has ended its first item: by now it holds all that it needs. */
  settled(worker: HostedWorker): void;
  /** Notes that the worker has ended, or is not started after all. */
  withdrawn(worker: HostedWorker): void;

  /** Makes the input through which a start gets its items. It is journaled before the start, so that a later engine finds it. */
  openInput(rank: number, start: number): { path: string } | { error: string };
  /** Starts a worker. @returns its process, or why it could not be started */
  start(worker: HostedWorker, start: WorkerStart): Promise<WorkerProcess | { error: string }>;
  /** Adopts the process that an earlier engine started, also when it has ended meanwhile. @returns null when it is lost */
  adopt(worker: HostedWorker, earlier: EarlierStart): { process: WorkerProcess; identity: ProcessIdentity } | null;
  /** Returns whether a start has ended by itself, as recorded there. */
  hasEnded(rank: number, start: number): boolean;
  /** Cleans up after the processes of a rank, which have all ended. */
  done(rank: number): void;

  /** Returns the stacks of a worker's processes, as far as a tool can read them. */
  dumpStacks(worker: HostedWorker): Promise<readonly StackDump[]>;
  /** Ends processes that a rank left behind. To be called when none of its workers runs. @returns how many were ended */
  endStrays(rank: number): Promise<number>;
  /** Removes the inputs of earlier starts of a rank. */
  removeInputs(rank: number): void;

  /** Returns whether the device is present now. */
  hasDevice(device: DeviceRef): Promise<boolean>;
  /** Returns the UUIDs of the devices that a worker's processes use now; null where that cannot be read. */
  devicesUsedBy(worker: HostedWorker): Promise<readonly (string | null)[] | null>;
  /** What is measured of the devices; null where nothing is. */
  readonly devices: DeviceFacts | null;

  /** Returns how many processes were killed for lack of memory so far; null where that is not counted. */
  memoryKills(): number | null;
  /** Explains why a process that did not succeed ended. */
  explain(worker: HostedWorker, ending: KnownEnding): Promise<Failure>;

  /** Frees what is reserved: the step is over, or belongs to another engine. */
  close(): void;
}
