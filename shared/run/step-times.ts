import { addTime, NO_TIMES, usualCost } from './remaining.ts';
import type { StepState, StepTime, WorkerRecord, WorkerTime } from './run-model.ts';

/** How a step used its devices. */
export interface StepUse {
  /** Seconds; null before the step began. */
  makespan: number | null;
  /** Busy time / (ranks × makespan): 1 when every rank worked all the time; null before anything ran. */
  share: number | null;
  /** What the rest was lost to, as shares of the same whole. */
  load: number;
  imbalance: number;
  waiting: number;
}

export const NO_STEP_TIME: StepTime = {
  makespan: 0,
  capacity: 0,
  begun: null,
  ranks: 0,
  before: { items: 0, cost: 0, times: NO_TIMES },
};

export function newWorkerTime(): WorkerTime {
  return { busy: 0, load: 0, tail: 0, since: null, loading: null, last: null };
}

/** Returns how a step used its devices so far. @param now milliseconds since 1970, the end of everything still open */
export function stepUse(step: StepState, now: number): StepUse {
  const { makespan, capacity, begun, ranks } = step.time;
  const session = begun === null ? 0 : secondsBetween(begun, now);
  const whole = capacity + session * ranks;
  if (step.started === null) return { makespan: null, share: null, load: 0, imbalance: 0, waiting: 0 };
  if (whole === 0) return { makespan: makespan + session, share: null, load: 0, imbalance: 0, waiting: 0 };
  const sums = { busy: 0, load: 0, tail: 0 };
  const last = begun === null ? now : lastWork(step, begun, now);
  for (const { rank, time } of step.workers) {
    const upToNow = begun === null || rank >= ranks ? time : closed(time, { begun, end: now, last });
    sums.busy += upToNow.busy;
    sums.load += upToNow.load;
    sums.tail += upToNow.tail;
  }
  // The clocks of items and of the journal may differ by a millisecond, so the share is limited to the whole.
  const share = Math.min(1, sums.busy / whole);
  const load = Math.min(1 - share, sums.load / whole);
  const imbalance = Math.min(1 - share - load, sums.tail / whole);
  return { makespan: makespan + session, share, load, imbalance, waiting: Math.max(0, 1 - share - load - imbalance) };
}

/** Returns the seconds that a worker was busy up to now. */
export function busySeconds(step: StepState, { rank, time }: WorkerRecord, now: number): number {
  const { begun, ranks } = step.time;
  return begun === null || rank >= ranks ? time.busy : closed(time, { begun, end: now, last: now }).busy;
}

/** Opens the session of an engine on the step. */
export function openSession(step: StepState, ranks: number, at: string): void {
  const begun = Date.parse(at);
  let cost = 0;
  const times = { ...NO_TIMES };
  const usual = usualCost(step);
  for (let item = 0; item < step.items.length; item += 1) {
    const status = step.items.status(item);
    if (status !== 'complete' && status !== 'failed') continue;
    cost += step.items.cost(item);
    const seconds = step.items.seconds(item);
    if (status === 'complete' && seconds !== null) addTime(times, usual, { cost: step.items.cost(item), seconds });
  }
  step.time = { ...step.time, begun, ranks, before: { items: step.counts.complete + step.counts.failed, cost, times } };
  for (const worker of step.workers)
    worker.time = { ...worker.time, since: worker.holding.length > 0 ? begun : null, loading: null, last: null };
}

/** Closes the current session, if any: its engine ended it, or is gone. */
export function closeSession(step: StepState, at: string): void {
  const { begun, ranks } = step.time;
  if (begun === null) return;
  const end = Date.parse(at);
  const session = secondsBetween(begun, end);
  const moments = { begun, end, last: lastWork(step, begun, end) };
  for (const worker of step.workers) if (worker.rank < ranks) worker.time = closed(worker.time, moments);
  const { makespan, capacity } = step.time;
  step.time = { ...step.time, makespan: makespan + session, capacity: capacity + session * ranks, begun: null };
}

/** Records the start of a process. With `each` the start is part of its one item. In a pause it waits for an item, not for its model. */
export function beginStarting(step: StepState, { time }: WorkerRecord, at: string): void {
  if (step.dispatch !== 'each' && step.pause === null) time.loading = Date.parse(at);
}

/** Records that a worker is given items. */
export function beginWork({ time }: WorkerRecord, at: string): void {
  time.since ??= Date.parse(at);
}

/**
 * Records the end of an attempt. @param seconds its duration; null when the item was released: then all the time counts, as load if the
 * process has not ended any item yet
 */
export function endWork({ time, holding }: WorkerRecord, at: string, seconds: number | null): void {
  const end = Date.parse(at);
  if (time.loading !== null) {
    time.load += Math.max(0, secondsBetween(time.loading, end) - (seconds ?? 0));
    time.busy += seconds ?? 0;
  } else {
    time.busy += seconds ?? (time.since === null ? 0 : secondsBetween(time.since, end));
  }
  time.loading = null;
  time.last = end;
  time.since = holding.length > 0 ? end : null;
}

/** Records the end of a process: if it had not ended any item, all its time was load. */
export function stopLoading({ time }: WorkerRecord, at: string): void {
  if (time.loading === null) return;
  time.last = Date.parse(at);
  time.load += secondsBetween(time.loading, time.last);
  time.loading = null;
}

/** Returns when the last worker was busy in the present session: the time after that belongs to the engine itself. */
function lastWork({ workers }: StepState, begun: number, end: number): number {
  return workers.reduce((last, { time }) => Math.max(last, workedUntil(time, begun, end)), begun);
}

function workedUntil({ since, loading, last }: WorkerTime, begun: number, end: number): number {
  return since === null && loading === null ? (last ?? begun) : end;
}

/** Returns the times of a worker at the end of a session; `last` is when the last of all workers was busy in it. */
function closed(time: WorkerTime, { begun, end, last }: { begun: number; end: number; last: number }): WorkerTime {
  const { since, loading } = time;
  const open = loading ?? since;
  const underWay = open === null ? 0 : secondsBetween(Math.max(open, begun), end);
  return {
    busy: time.busy + (loading === null ? underWay : 0),
    load: time.load + (loading === null ? 0 : underWay),
    tail: time.tail + secondsBetween(workedUntil(time, begun, end), last),
    since: null,
    loading: null,
    last: null,
  };
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, (to - from) / 1000);
}
