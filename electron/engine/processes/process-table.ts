import type { ProcessIdentity } from '../../../shared/worker-state.ts';
import { linuxProcessTable } from './linux-process-table.ts';
import { macosProcessTable } from './macos-process-table.ts';
import { windowsProcessTable } from './windows-process-table.ts';

/** A process that was seen: its pid with the start time that tells it from a later one of the same number. */
export interface SeenProcess {
  pid: number;
  start_time: number;
}

/** Which processes belong to one worker. */
export interface WorkerMark {
  /** Process group and session of the launcher; null when they are over, as the number may be a stranger's by now. */
  pgid: number | null;
  run: string;
  /** null: of any step. */
  step: number | null;
  /** null: of any worker. */
  rank: number | null;
  /** Start time of the worker, once it is known: its launcher started before it. */
  started?: number | undefined;
}

/** The processes of the machine, as one look at all of them has found them. */
export interface ProcessView {
  /** Every live process of a worker: its group and session, and what carries its run, step and rank in the environment. */
  membersOf(mark: WorkerMark): SeenProcess[];
}

/** What Drover needs to know of the machine's processes; one implementation per platform. */
export interface ProcessTable {
  /** Whether processes can be asked to end by signals; without, SIGTERM asks nobody and SIGKILL ends a process with all below it. */
  readonly hasSignals: boolean;
  /** Whether a process shows by its environment whose it is; without, its group is all there is to know it by. */
  readonly seesEnvironment: boolean;
  /** Identifies this start of the machine: pids of an earlier one mean nothing. */
  bootId(): string;
  /** The start time of a live process, or null when there is none (a zombie is none). */
  startTime(pid: number): number | null;
  /** Looks at all processes; milliseconds with hundreds of them, so whoever asks about many workers looks once. */
  look(): ProcessView;
  /** Whether the process group has any member; cheap enough to ask after every item. */
  groupExists(pgid: number): boolean;
  /** Sends a signal to a whole group; false when it is gone. */
  signalGroup(pgid: number, signal: NodeJS.Signals): boolean;
  /** Sends a signal to one process if it still is the one that was seen. */
  signalProcess(seen: SeenProcess, signal: NodeJS.Signals): boolean;
}

/** The table of a platform. */
export function processTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  if (platform === 'linux') return linuxProcessTable;
  if (platform === 'win32') return windowsProcessTable;
  return macosProcessTable;
}

/** Whether the very process that was recorded is alive: same boot, same pid, same start time. */
export function isAlive(
  table: ProcessTable,
  identity: Pick<ProcessIdentity, 'pid' | 'start_time' | 'boot_id'>,
): boolean {
  return identity.boot_id === table.bootId() && table.startTime(identity.pid) === identity.start_time;
}

/** The identity of this process itself. */
export function ownIdentity(table: ProcessTable): { pid: number; start_time: number; boot_id: string } {
  return { pid: process.pid, start_time: table.startTime(process.pid) ?? 0, boot_id: table.bootId() };
}
