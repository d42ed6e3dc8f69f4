import type { DeviceRef } from '../device.ts';
import { workerId } from '../ids.ts';
import type { ItemState } from '../items/item.ts';
import type { FailureReason } from './failure.ts';
import { sumItems } from './pace.ts';
import { remainingSeconds, timesSince } from './remaining.ts';
import type { ItemCounts, RunEndStatus } from './run-events.ts';
import type { JournalStatus } from './run-lifecycle.ts';
import type { DispatchPause, LoweredParameter, PausesTaken, RunState, StepState, WorkerRecord } from './run-model.ts';
import { hasEnded, totalCounts } from './run-state.ts';
import { reportedUntil } from './run-time.ts';
import { stepUse } from './step-times.ts';
import { type Counters, sumUsage, type Tokens } from './tokens.ts';
import { liveProcess } from './worker-state.ts';

/** The status of a run for people: that of the journal, or `interrupted` when it has not ended and has no owner. */
export type RunStatus = JournalStatus | 'interrupted';

/** Whether an engine works on a run of this status, or waits for it: it will change by itself. */
export function isUnderWay(status: RunStatus | 'damaged'): boolean {
  return status === 'pending' || status === 'queued' || status === 'running' || status === 'stopping';
}

/** The document of `drover status RUN --json`; names are fixed, see docs/cli.md. */
export interface RunStatusDocument {
  run: string;
  pipeline: string;
  name: string | null;
  status: RunStatus;
  started: string | null;
  ended: string | null;
  /** What it waits for, or waited for last; null for a run that was started at once. */
  queue: { since: string; devices: DeviceRef[]; count: number; granted: DeviceRef[] | null } | null;
  steps: StepStatusDocument[];
  workers: WorkerStatusDocument[];
  items: ItemCounts;
  /** The first items that failed for good, at most `FAILED_LISTED`; `items` says how many there are. */
  failed: FailedItemDocument[];
  /** Items that reached a final state per second, over the time in which the run was worked on; null before the first. */
  rate: number | null;
  eta_seconds: number | null;
  tokens: Tokens;
  /** The number of model requests that used the tokens. */
  requests: number;
  /** The sums of the counters in reports: `{"sequences": 120}`. */
  counters: Counters;
  /** The result of the latest check of files and totals; null before the first. */
  reconciliation: ReconciliationDocument | null;
  directory: string;
  /** Events in its journal so far. */
  events: number;
}

/** The largest number of failed items in the document: a million would be too many for a pipe or a reader, and the index has all of them. */
export const FAILED_LISTED = 100;

export interface FailedItemDocument {
  step: number;
  file: string;
  /** The worker that had it last; null when none had it. */
  worker: string | null;
  attempts: number;
  reason: FailureReason | null;
  /** The line or status that shows the failure, and what to do about it. */
  evidence: string | null;
  advice: string | null;
}

export interface ReconciliationDocument {
  /** True when nothing differs. */
  agreed: boolean;
  /** The number of differences. */
  differences: number;
  /** ISO time. */
  checked: string;
}

export interface StepStatusDocument {
  step: number;
  name: string;
  dispatch: string;
  status: string;
  started: string | null;
  ended: string | null;
  items: ItemCounts;
  /** Parameters that were lowered because a device ran out of memory. */
  lowered: LoweredParameter[];
  /** Why it could not go on, when its items do not show it. */
  reason: string | null;
  /** Why no items are handed out at present; null when they are, or when no engine works on it. */
  pause: DispatchPause | null;
  /** The ended pauses. */
  paused: PausesTaken;
  tokens: Tokens;
  requests: number;
  counters: Counters;
  /** Seconds in which an engine worked on it, without the time before a resume; null before it began. */
  makespan_seconds: number | null;
  /** Busy time / (ranks × makespan): 1 when every rank worked all the time; null before anything ran. */
  share_of_ideal: number | null;
  /** What the rest was lost to, as shares of the same whole; null before anything ran. */
  losses: { load: number; imbalance: number; waiting: number } | null;
}

export interface WorkerStatusDocument {
  worker: string;
  step: number;
  rank: number;
  starts: number;
  started: string | null;
  ended: string | null;
  device: DeviceRef;
  status: string;
  pid: number | null;
  exit_code: number | null;
  signal: string | null;
  reason: string | null;
  /** Why it is not started now, or is out of the pool; null otherwise. */
  waiting: string | null;
  log: string;
  items: { complete: number; failed: number };
  tokens: Tokens;
  requests: number;
  counters: Counters;
}

/** What only the caller knows: the directory of the run, whether an owner lives, the current time. */
export interface StatusContext {
  directory: string;
  owned: boolean;
  now: Date;
  /** Absolute path of a worker's log. */
  logPath: (step: number, worker: string) => string;
  reconciliation?: ReconciliationDocument | null;
}

/** Builds the status document from the folded journal. */
export function runStatusDocument(state: RunState, given: StatusContext): RunStatusDocument {
  const context = { ...given, now: new Date(reportedUntil(state, given.owned, given.now.getTime())) };
  const items = totalCounts(state);
  const forecast = forecastEnd(state, context.now);
  const isPaused = state.steps.some(({ pause }) => pause !== null);
  return {
    run: state.run,
    pipeline: state.pipeline,
    name: state.name,
    status: visibleStatus(state, context.owned),
    started: state.started,
    ended: state.ended,
    queue: queueDocument(state),
    steps: state.steps.map((step) => stepDocument(step, context)),
    workers: state.steps.flatMap((step) => step.workers.map((worker) => workerDocument(step, worker, context))),
    items,
    failed: failedItems(state),
    rate: forecast.rate,
    eta_seconds: visibleStatus(state, context.owned) === 'running' && !isPaused ? forecast.eta : null,
    ...sumUsage(state.steps.flatMap((step) => step.workers)),
    reconciliation: context.reconciliation ?? null,
    directory: context.directory,
    events: state.events,
  };
}

function queueDocument({ queue }: RunState): RunStatusDocument['queue'] {
  if (queue === null) return null;
  const { since, devices, count, granted } = queue;
  return { since, devices: [...devices], count, granted: granted === null ? null : [...granted] };
}

/** Returns the failed items in the order of steps and items. Steps without failures are skipped. */
function failedItems({ steps }: RunState): FailedItemDocument[] {
  const listed: FailedItemDocument[] = [];
  for (const { step, items, counts } of steps) {
    const most = Math.min(counts.failed, FAILED_LISTED - listed.length);
    if (most <= 0) continue;
    const failed = items.values().filter(({ status }) => status === 'failed');
    listed.push(...failed.take(most).map((item) => failedDocument(step, item)));
  }
  return listed;
}

function failedDocument(step: number, { file, rank, attempts, failure }: ItemState): FailedItemDocument {
  return {
    step,
    file,
    worker: rank === null ? null : workerId(rank),
    attempts,
    reason: failure?.reason ?? null,
    evidence: failure?.evidence ?? null,
    advice: failure?.advice ?? null,
  };
}

/**
 * Returns `interrupted` when a run has neither ended nor an owner. A queued run without an owner keeps its place: whoever looks at the queue gives it
 * an engine again.
 */
export function visibleStatus(state: RunState, owned: boolean): RunStatus {
  return hasEnded(state) || owned || state.status === 'queued' ? state.status : 'interrupted';
}

/** Returns when a run is expected to end, in milliseconds since 1970; null while that is unknown, as it is before the last step. */
export function expectedEnd(state: RunState, now: Date): number | null {
  if (state.steps.at(-1)?.status !== 'running') return null;
  const { eta } = forecastEnd(state, now);
  return eta === null ? null : now.getTime() + eta * 1000;
}

function stepDocument(step: StepState, { now, owned }: StatusContext): StepStatusDocument {
  const { makespan, share, load, imbalance, waiting } = stepUse(step, now.getTime());
  // A step without an engine is not running any more, whatever its last status was.
  const status = !owned && step.status === 'running' ? 'interrupted' : step.status;
  return {
    step: step.step,
    name: step.name,
    dispatch: step.dispatch,
    status,
    started: step.started,
    ended: step.ended,
    items: { ...step.counts },
    lowered: step.lowered,
    reason: step.reason,
    pause: owned ? step.pause : null,
    paused: step.paused,
    ...sumUsage(step.workers),
    makespan_seconds: makespan,
    share_of_ideal: share,
    losses: share === null ? null : { load, imbalance, waiting },
  };
}

function workerDocument(step: StepState, worker: WorkerRecord, context: StatusContext): WorkerStatusDocument {
  const state = worker.state;
  const over = 'exit_code' in state;
  return {
    worker: worker.worker,
    step: step.step,
    rank: worker.rank,
    starts: worker.starts,
    started: worker.started,
    ended: worker.ended,
    device: worker.device,
    status: state.status,
    pid: liveProcess(state)?.pid ?? null,
    exit_code: over ? state.exit_code : null,
    signal: over ? state.signal : null,
    reason: over ? (state.failure?.reason ?? null) : null,
    waiting: waitingText(worker),
    log: context.logPath(step.step, worker.worker),
    items: { complete: worker.complete, failed: worker.failed },
    tokens: worker.tokens,
    requests: worker.requests,
    counters: worker.counters,
  };
}

/** Returns why a worker is idle, for people: `waits 8 s before start 3: …`. */
export function waitingText({ waiting, left }: Pick<WorkerRecord, 'waiting' | 'left'>): string | null {
  if (left !== null) return `left the pool: ${left.reason}`;
  return waiting === null ? null : waiting.reason;
}

/**
 * Returns the rate and the remaining seconds of the latest step, from the times of items, which vary. It uses the present session, because the
 * time between an interruption and a resume says nothing about speed. Before that session has finished an item, it uses the earlier ones.
 */
function forecastEnd(state: RunState, now: Date): { rate: number | null; eta: number | null } {
  const step = state.steps.findLast((candidate) => candidate.started !== null);
  if (step === undefined) return { rate: null, eta: null };
  const { time, counts } = step;
  const finished = counts.complete + counts.failed;
  const fresh = time.begun !== null && finished > time.before.items;
  const seconds = fresh ? (now.getTime() - (time.begun ?? 0)) / 1000 : time.makespan;
  const done = finished - (fresh ? time.before.items : 0);
  if (done <= 0 || seconds <= 0) return { rate: null, eta: null };
  const sums = sumItems(step);
  const work = {
    done: { items: done, cost: Math.max(0, sums.done.cost - (fresh ? time.before.cost : 0)) },
    left: sums.left,
    seconds,
    times: fresh ? timesSince(sums.times, time.before.times) : sums.times,
    pending: sums.pending,
    rank: null,
  };
  return { rate: done / seconds, eta: remainingSeconds(step, work, now.getTime()) };
}

/** Whether an end status means that everything requested was done. */
export function succeeded(status: RunStatus | RunEndStatus): boolean {
  return status === 'completed';
}
