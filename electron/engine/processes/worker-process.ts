import { setTimeout as sleep } from 'node:timers/promises';
import type { Ending, ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { ADOPTED_POLL_MS, type LaunchHelper, type LaunchSpec } from './launch-helper.ts';
import { endingOf, readStartRecord } from './process-record.ts';
import { isAlive, markOf, type ProcessTable, trustedMark, type WorkerMark } from './process-table.ts';
import { type StopResult, stopProcessTree } from './stop-process-tree.ts';
import { sharedLook } from './this-process-table.ts';
import { inputKind, type WorkerInput } from './worker-input.ts';

/** First and longest pause between two looks at a record that is not there yet. */
const RECORD_POLL_MIN_MS = 2;
const RECORD_POLL_MAX_MS = 50;

/** How a process ended. Code and signal are both null when the launcher died before it could record them. */
export interface ProcessEnd extends Ending {
  /** Members of the group that outlived the worker and were ended by us. */
  leftovers: number;
  /** Whether a queue worker ended without having read the line it was handed last. */
  unread: boolean;
}

/** One start of a worker: the live handle, apart from all serialisable state. */
export interface WorkerProcess {
  /** Resolves once the launcher has recorded the worker; null when it ended before that. */
  readonly identity: Promise<ProcessIdentity | null>;
  /** Resolves when worker, launcher and everything they started are gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Hands a line to a queue worker; false when it cannot be reached. */
  writeLine(line: string): boolean;
  /** End of input: the worker finishes and exits. */
  endInput(): void;
  /** Whether a line that was handed over has not reached the worker's side yet. */
  readonly hasUnsentInput: boolean;
  /** Leaves the process to live on: it is watched no more, and `ended` never resolves. */
  detach(): void;
  /** Ends the tree; called again with a shorter grace it becomes more urgent. */
  stop(graceMs: number): Promise<StopResult>;
}

export interface StartSpec extends LaunchSpec {
  helper: LaunchHelper;
  table: ProcessTable;
  run: string;
  step: number;
  rank: number;
  /** Grace for leftovers of a worker that ended by itself. */
  stopGraceMs: number;
  /** Whether leftovers are looked for in sessions of their own, too: it reads all of /proc, which a short-lived process is not worth. */
  thorough: boolean;
  /** Whose kind of standard input a worker has; this machine's unless said otherwise. */
  platform?: NodeJS.Platform;
}

/** Starts a worker; the answer is its handle, or the system's message when not even the launcher could be started. */
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
  return makeHandle({ ...spec, mark, identity, launcherEnd, hold: { isGone: false } });
}

export interface AdoptSpec
  extends Omit<StartSpec, 'helper' | 'launcher' | 'owner' | 'command' | 'cwd' | 'env' | 'logPath'> {
  identity: ProcessIdentity;
}

/** Takes over a worker that an earlier engine started and that is still alive. */
export function adoptWorkerProcess(spec: AdoptSpec): WorkerProcess {
  const hold: Hold = { isGone: false };
  return makeHandle({
    ...spec,
    mark: markOf(spec.table, spec.identity, spec),
    identity: Promise.resolve(spec.identity),
    launcherEnd: watchAdopted(spec, hold),
    hold,
  });
}

/** Whether a process is still in the hands of this engine. */
interface Hold {
  isGone: boolean;
}

interface HandleParts {
  table: ProcessTable;
  start: number;
  record: string;
  fifo: string | null;
  /** What belongs to the worker. It is complete already for one that is known: one that is stopped at once may have left its number to a stranger. */
  mark: WorkerMark;
  stopGraceMs: number;
  thorough: boolean;
  platform?: NodeJS.Platform;
  identity: Promise<ProcessIdentity | null>;
  launcherEnd: Promise<void>;
  hold: Hold;
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
      // What another engine has adopted is not tidied up after.
      if (parts.hold.isGone) return never();
      const unread = input?.isUnread() ?? false;
      input?.discard();
      if (parts.fifo !== null) inputs.remove(parts.fifo);
      const leftovers = await endLeftovers(parts, mark, stopping !== null);
      await stopping?.result;
      if (parts.hold.isGone) return never();
      return { ...readEnding(parts), leftovers, unread };
    }),
    writeLine(line) {
      return input?.writeLine(line) ?? false;
    },
    get hasUnsentInput() {
      return input?.hasUnsent ?? false;
    },
    detach() {
      parts.hold.isGone = true;
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

/** What comes of a process that is no longer ours. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** With its launcher killed a worker may go on; its pid is watched to its end, which nobody records. */
async function outliveLauncher(parts: HandleParts): Promise<void> {
  const identity = await parts.identity;
  while (
    !parts.hold.isGone &&
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

/** A worker that ended by itself may leave children in its group; they would hold the device, so they are ended too. */
async function endLeftovers(parts: HandleParts, mark: WorkerMark, alreadyStopping: boolean): Promise<number> {
  const { pgid } = parts.mark;
  if (alreadyStopping || !(parts.thorough || (pgid !== null && parts.table.groupExists(pgid)))) return 0;
  return endStrays(parts.table, mark, parts.stopGraceMs);
}

/** Ends whatever still belongs to a worker. @returns how many processes that were */
export async function endStrays(table: ProcessTable, mark: WorkerMark, graceMs: number): Promise<number> {
  const members = (await sharedLook(table)).membersOf(trustedMark(table, mark));
  if (members.length > 0) await stopProcessTree(table, mark, graceMs);
  return members.length;
}

/** A launcher that cannot record its worker, as on a full disk, goes on trying: it is waited for as long as it lives. */
async function waitForRecord(spec: StartSpec, launcherEnded: () => boolean): Promise<ProcessIdentity | null> {
  for (let pause = RECORD_POLL_MIN_MS; ; pause = Math.min(pause * 2, RECORD_POLL_MAX_MS)) {
    const over = launcherEnded();
    const { process } = readStartRecord(spec.record, spec.start);
    if (process !== null || over) return process;
    await sleep(pause);
  }
}

/**
 * The end of an adopted worker. Its launcher lives as long as it does and records the status; with the launcher dead only the pid of the
 * worker is left to watch, and the status stays unknown.
 */
async function watchAdopted(spec: AdoptSpec, hold: Hold): Promise<void> {
  while (!hold.isGone && (isAlive(spec.table, spec.identity) || awaitsStatus(spec))) await sleep(ADOPTED_POLL_MS);
}

/** The worker is dead and its launcher about to record how it ended. */
function awaitsStatus(spec: AdoptSpec): boolean {
  const { table, identity } = spec;
  const isThere =
    table.startTime(identity.pgid) !== null && trustedMark(table, markOf(table, identity, spec)).pgid !== null;
  return isThere && readStartRecord(spec.record, spec.start).status === null;
}
