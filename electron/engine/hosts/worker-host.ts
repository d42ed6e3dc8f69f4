import type { DeviceRef, DeviceSample } from '../../../shared/device.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { ProcessIdentity } from '../../../shared/run/worker-state.ts';
import type { EndingContext } from '../failures/explain-ending.ts';
import type { ExpandedCommand } from '../pipelines/expand-step.ts';
import type { WorkerProcess } from '../processes/worker-process.ts';
import type { StackDump } from './dump-stacks.ts';

/** One rank of a step, as the place where it runs knows it. */
export interface HostedWorker {
  readonly rank: number;
  /** `worker_0`. */
  readonly id: string;
  readonly device: DeviceRef;
  /** Its process, as the journal tells it; null while none is known to run. */
  readonly identity: ProcessIdentity | null;
}

/** One start of a worker. */
export interface WorkerStart {
  /** Counted from 1. */
  start: number;
  command: ExpandedCommand;
  /** What `openInput` answered; null for a worker that reads no items from its standard input. */
  input: string | null;
  logPath: string;
  /** Called with what is really run, before it is. */
  onCommand: (shown: ShownCommand) => void;
}

/** What may be shown of a command: the rest of the environment may hold secrets. */
export interface ShownCommand {
  command: readonly string[];
  cwd: string;
  /** The variables that Drover sets. */
  environment: Readonly<Record<string, string>>;
}

/** What the journal knows of a worker that an earlier engine started. */
export interface EarlierStart {
  start: number;
  input: string | null;
  /** null where the engine died before it journaled that the worker runs. */
  identity: ProcessIdentity | null;
  /** Whether it has ended an item; else it may still be loading. */
  hasEndedItem: boolean;
}

/** What is measured of a step's devices. */
export interface DeviceFacts {
  /** The latest figures; null while they are not known. */
  sampleOf(device: DeviceRef): DeviceSample | null;
  /** Calls back when a device is no longer named by its driver, until the returned function is called. */
  onVanished(listener: (device: DeviceRef) => void): () => void;
}

/** What a worker knows of its own end: all that is not asked of the machine it ran on. */
export type KnownEnding = Omit<EndingContext, 'pids'>;

/**
 * The place where the workers of a step run: how they are started, adopted, found and ended there, and what that place says about their ends.
 * The step itself (items, attempts, logs, reports) is the same wherever they run. `LocalHost` is this machine.
 */
export interface WorkerHost {
  /** Prepares for a rank. @returns the number of the latest start that is recorded there, 0 when there was none */
  open(rank: number): number;

  /**
   * Asks whether a worker may be started now. When it may, what it needs is set aside for it until it settles or is withdrawn.
   * @returns why it has to wait, in words; null when it may start
   */
  admission(worker: HostedWorker): Promise<string | null>;
  /** The worker has ended its first item: it holds all that it needs by now. */
  settled(worker: HostedWorker): void;
  /** The worker has ended, or is not started after all. */
  withdrawn(worker: HostedWorker): void;

  /** Makes the way on which a start gets its items. It is journaled before the start, so that a later engine finds it. */
  openInput(rank: number, start: number): { path: string } | { error: string };
  /** Starts a worker; the answer is its process, or why it could not be started. */
  start(worker: HostedWorker, start: WorkerStart): Promise<WorkerProcess | { error: string }>;
  /** Takes over the process that an earlier engine started, also when it has ended meanwhile. @returns null when it is lost */
  adopt(worker: HostedWorker, earlier: EarlierStart): { process: WorkerProcess; identity: ProcessIdentity } | null;
  /** Whether a start has ended by itself, as recorded there. */
  hasEnded(rank: number, start: number): boolean;
  /** Tidies up after the processes of a rank, which have all ended. */
  done(rank: number): void;

  /** Where a worker's processes stand, as far as a tool can tell. */
  dumpStacks(worker: HostedWorker): Promise<readonly StackDump[]>;
  /** Ends what processes of a rank left behind; to be called when none of them runs. @returns how many were ended */
  endStrays(rank: number): Promise<number>;
  /** Removes the ways on which earlier starts of a rank got their items. */
  removeInputs(rank: number): void;

  /** Whether the device is there at present. */
  hasDevice(device: DeviceRef): Promise<boolean>;
  /** The UUIDs of the devices that a worker's processes use now; null where nobody can tell. */
  devicesUsedBy(worker: HostedWorker): Promise<readonly (string | null)[] | null>;
  /** What is measured of the devices; null where nothing is. */
  readonly devices: DeviceFacts | null;

  /** How many processes were killed for want of memory so far; null where that is not counted. */
  memoryKills(): number | null;
  /** Says why a process that did not succeed ended. */
  explain(worker: HostedWorker, ending: KnownEnding): Promise<Failure>;

  /** Gives back what is set aside: the step is over, or another engine's. */
  close(): void;
}
