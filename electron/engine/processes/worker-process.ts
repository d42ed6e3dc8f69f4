import { setTimeout as sleep } from 'node:timers/promises';
import type { Ending, ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { ADOPTED_POLL_MS, type LaunchHelper, type LaunchSpec } from './launch-helper.ts';
import { endingOf, readStartRecord } from './process-record.ts';
import { isAlive, markOf, type ProcessTable, trustedMark, type WorkerMark } from './process-table.ts';
import { type StopResult, stopProcessTree } from './stop-process-tree.ts';
import { sharedSnapshot } from './this-process-table.ts';
import { inputKind, type WorkerInput } from './worker-input.ts';

/** First and longest pause between two checks for a record that does not exist yet. */
const RECORD_POLL_MIN_MS = 2;
const RECORD_POLL_MAX_MS = 50;

/** How a process ended. Code and signal are both null when the launcher died before it could record them. */
export interface ProcessEnd extends Ending {
  /** How many members of the group outlived the worker and were ended by us. */
  leftovers: number;
  /** Whether a queue worker ended without having read the last line that it was given. */
  unread: boolean;
}

/** One start of a worker: the live handle, apart from all serialisable state. */
export interface WorkerProcess {
  /** Resolves once the launcher has recorded the worker; null when it ended before that. */
  readonly identity: Promise<ProcessIdentity | null>;
  /** Resolves when worker, launcher and everything they started are gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Gives a line to a queue worker; false when it cannot be reached. */
  writeLine(line: string): boolean;
  /** Ends the input: the worker finishes and exits. */
  endInput(): void;
  /** Whether a line that was written has not reached the worker's side yet. */
  readonly hasUnsentInput: boolean;
  /** Detaches the process, which lives on. It is watched no more, and `ended` never resolves. */
  detach(): void;
  /** Ends the tree. A second call with a shorter grace period makes it more urgent. */
  stop(graceMs: number): Promise<StopResult>;
}

export interface StartSpec extends LaunchSpec {
  helper: LaunchHelper;
  table: ProcessTable;
  run: string;
  step: number;
  rank: number;
  /** Grace period for leftovers of a worker that ended by itself. */
  stopGraceMs: number;
  /** Whether leftovers in sessions of their own are searched for, too. This reads all of /proc, which costs too much for a short-lived process. */
  thorough: boolean;
  /** The platform whose kind of standard input a worker has; this machine's by default. */
  platform?: NodeJS.Platform;
}

/** Starts a worker. @returns its handle, or the system's message when not even the launcher could be started */
export async function startWorkerProcess(spec: StartSpec): Promise<WorkerProcess | { error: string }> {
  const launched = await spec.helper.launch(spec);
  if ('error' in launched) return launched;
  let launcherEnded = false;
  const launcherEnd = launched.ended.then(() => {
    launcherEnded = true;
  });
  const identity = waitForRecord(spec, () => launcherEnded);
  const { run, step, rank } = spec;
  const mark = { run, step, rank, pgid: launched.pid, leaderStarted: launched.started };
  return makeHandle({ ...spec, mark, identity, launcherEnd, ownership: { isGone: false } });
}

export interface AdoptSpec
  extends Omit<StartSpec, 'helper' | 'launcher' | 'owner' | 'command' | 'cwd' | 'env' | 'logPath'> {
  identity: ProcessIdentity;
}

/** Adopts a worker that an earlier engine started and that is still alive. */
export function adoptWorkerProcess(spec: AdoptSpec): WorkerProcess {
  const ownership: Ownership = { isGone: false };
  return makeHandle({
    ...spec,
    mark: markOf(spec.table, spec.identity, spec),
    identity: Promise.resolve(spec.identity),
    launcherEnd: watchAdopted(spec, ownership),
    ownership,
  });
}

/** Whether this engine still owns a process. */
interface Ownership {
  isGone: boolean;
}

interface HandleParts {
  table: ProcessTable;
  start: number;
  record: string;
  fifo: string | null;
  /**
   * What belongs to the worker. For a known worker it is complete from the start: if such a worker is stopped at once, another process may have its
   * number already.
   */
  mark: WorkerMark;
  stopGraceMs: number;
  thorough: boolean;
  platform?: NodeJS.Platform;
  identity: Promise<ProcessIdentity | null>;
  launcherEnd: Promise<void>;
  ownership: Ownership;
}

function makeHandle(parts: HandleParts): WorkerProcess {
  const { mark } = parts;
  const inputs = inputKind(parts.platform);
  let input: WorkerInput | null = null;
  let inputEnded = false;
  let stopping: { graceMs: number; result: Promise<StopResult> } | null = null;

  const handle: WorkerProcess = {
    identity: parts.identity.then((identity) => {
      if (identity !== null) {
        mark.worker = identity;
        mark.leaderStarted ??= identity.leader_start;
      }
      if (identity !== null && parts.fifo !== null)
        input = inputs.open(parts.fifo, () => signalLauncher(parts.table, mark, 'SIGUSR1'));
      return identity;
    }),
    ended: parts.launcherEnd.then(async () => {
      await outliveLauncher(parts);
      // What another engine has adopted is not cleaned up.
      if (parts.ownership.isGone) return never();
      const unread = input?.isUnread() ?? false;
      input?.discard();
      if (parts.fifo !== null) inputs.remove(parts.fifo);
      const leftovers = await endLeftovers(parts, mark, stopping !== null);
      await stopping?.result;
      if (parts.ownership.isGone) return never();
      return { ...readEnding(parts), leftovers, unread };
    }),
    writeLine(line) {
      return input?.writeLine(line) ?? false;
    },
    get hasUnsentInput() {
      return input?.hasUnsent ?? false;
    },
    detach() {
      parts.ownership.isGone = true;
      input?.discard();
    },
    endInput() {
      if (inputEnded) return;
      inputEnded = true;
      void handle.identity.then(() => input?.end());
    },
    stop(graceMs) {
      if (stopping === null || graceMs < stopping.graceMs) {
        // Without signals, end of input is the only way to ask.
        if (!parts.table.hasSignals) handle.endInput();
        stopping = { graceMs, result: stopProcessTree(parts.table, mark, graceMs) };
      }
      return stopping.result;
    },
  };
  return handle;
}

/** Returns a promise that never resolves, for a process that is no longer ours. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Waits for a worker whose launcher was killed, because it may go on. Its pid is polled to its end, which nobody records. */
async function outliveLauncher(parts: HandleParts): Promise<void> {
  const identity = await parts.identity;
  while (
    !parts.ownership.isGone &&
    identity !== null &&
    readStartRecord(parts.record, parts.start).status === null &&
    isAlive(parts.table, identity)
  )
    await sleep(ADOPTED_POLL_MS);
}

function signalLauncher(table: ProcessTable, mark: WorkerMark, signal: NodeJS.Signals): void {
  const { pgid } = trustedMark(table, mark);
  const started = pgid === null ? null : table.startTime(pgid);
  if (pgid !== null && started !== null) table.signalProcess({ pid: pgid, start_time: started }, signal);
}

function readEnding(parts: HandleParts): Ending {
  const { status } = readStartRecord(parts.record, parts.start);
  return status === null ? { exit_code: null, signal: null } : endingOf(status, parts.table.hasSignals);
}

/** Ends children that a worker which ended by itself left in its group: they would hold the device. */
async function endLeftovers(parts: HandleParts, mark: WorkerMark, alreadyStopping: boolean): Promise<number> {
  const { pgid } = parts.mark;
  if (alreadyStopping || !(parts.thorough || (pgid !== null && parts.table.groupExists(pgid)))) return 0;
  return endStrays(parts.table, mark, parts.stopGraceMs);
}

/** Ends whatever still belongs to a worker. @returns how many processes that were */
export async function endStrays(table: ProcessTable, mark: WorkerMark, graceMs: number): Promise<number> {
  const members = (await sharedSnapshot(table)).membersOf(trustedMark(table, mark));
  if (members.length > 0) await stopProcessTree(table, mark, graceMs);
  return members.length;
}

/** Waits for the record. A launcher that cannot record its worker, as on a full disk, goes on trying: it is waited for as long as it lives. */
async function waitForRecord(spec: StartSpec, launcherEnded: () => boolean): Promise<ProcessIdentity | null> {
  for (let pause = RECORD_POLL_MIN_MS; ; pause = Math.min(pause * 2, RECORD_POLL_MAX_MS)) {
    const over = launcherEnded();
    const { process } = readStartRecord(spec.record, spec.start);
    if (process !== null || over) return process;
    await sleep(pause);
  }
}

/**
 * Waits for the end of an adopted worker. Its launcher lives as long as the worker and records the status. If the launcher is dead, only the pid of
 * the worker is left to poll, and the status stays unknown.
 */
async function watchAdopted(spec: AdoptSpec, ownership: Ownership): Promise<void> {
  while (!ownership.isGone && (isAlive(spec.table, spec.identity) || awaitsStatus(spec))) await sleep(ADOPTED_POLL_MS);
}

/** Returns whether the worker is dead and its launcher about to record how it ended. */
function awaitsStatus(spec: AdoptSpec): boolean {
  const { table, identity } = spec;
  const isThere =
    table.startTime(identity.pgid) !== null && trustedMark(table, markOf(table, identity, spec)).pgid !== null;
  return isThere && readStartRecord(spec.record, spec.start).status === null;
}
