import type { ItemTimes, StepState, WorkAmount } from './run-model.ts';

export const NO_TIMES: ItemTimes = {
  items: 0,
  cost: 0,
  seconds: 0,
  weight: 0,
  weightedCost: 0,
  weightedSeconds: 0,
  costSquares: 0,
  secondsSquares: 0,
  costTimesSeconds: 0,
};

/** With fewer items, the fixed part cannot be separated from the part that grows with the cost. */
const MIN_ITEMS_FOR_FIT = 2;
/**
 * The time of an item is assumed to be proportional to its cost, because costs are made for that, unless items show a fixed part that is at
 * least this many times its own uncertainty. A random result of a few items would otherwise be applied to all others.
 */
const SURE_FIXED = 1.75;
/** The assumed relative scatter of times while items do not show their own: it counts like this many items. */
const USUAL_SCATTER = 0.05;
const USUAL_SCATTER_ITEMS = 4;
/**
 * The total time is longer than the times of items: they are handed out, and some are tried again. How much longer is measured from the
 * work done so far; the assumption that it is not longer counts like this many items.
 */
const PACE_ITEMS = 4;
/** Up to this many items, the end is simulated item by item; with more, the last ones hardly matter. */
const MAX_SIMULATED = 1000;

/** The time of an item: a fixed part, and a part that grows with its cost (seconds). */
export interface TimeModel {
  fixed: number;
  perCost: number;
}

/**
 * Adds the time of an item to the sums.
 * @param usual the mean cost of the step's items
 */
export function addTime(times: ItemTimes, usual: number, { cost, seconds }: { cost: number; seconds: number }): void {
  const weight = usual > 0 ? (usual / (usual + cost)) ** 2 : 1;
  times.items += 1;
  times.cost += cost;
  times.seconds += seconds;
  times.weight += weight;
  times.weightedCost += weight * cost;
  times.weightedSeconds += weight * seconds;
  times.costSquares += weight * cost * cost;
  times.secondsSquares += weight * seconds * seconds;
  times.costTimesSeconds += weight * cost * seconds;
}

/** Returns the mean cost of a step's items. */
export function usualCost({ items }: StepState): number {
  let sum = 0;
  for (let item = 0; item < items.length; item += 1) sum += items.cost(item);
  return items.length === 0 ? 0 : sum / items.length;
}

/** Returns the sums over the items added since an earlier state of the sums. */
export function timesSince(now: ItemTimes, before: ItemTimes): ItemTimes {
  const since = { ...NO_TIMES };
  for (const key of Object.keys(since) as (keyof ItemTimes)[]) since[key] = now[key] - before[key];
  return since;
}

/**
 * Fits the times of items to their costs: a fixed part, between none and all of the time, and a proportional part. The weight of the fixed
 * part depends on its certainty: on the number of items, on how much their costs differ and on how their times scatter.
 */
export function fitTimes(times: ItemTimes): TimeModel {
  const { items, cost, seconds } = times;
  if (items === 0 || seconds <= 0) return { fixed: 0, perCost: 1 };
  if (cost <= 0) return { fixed: seconds / items, perCost: 0 };
  const fixed = items < MIN_ITEMS_FOR_FIT ? 0 : Math.min(seconds / items, fixedPart(times));
  return { fixed, perCost: (seconds - fixed * items) / cost };
}

function fixedPart(times: ItemTimes): number {
  const { items, weight, weightedCost, weightedSeconds, costSquares, secondsSquares, costTimesSeconds } = times;
  const spread = weight * costSquares - weightedCost ** 2;
  // All costs are equal, apart from rounding.
  if (spread <= weight * costSquares * 1e-9) return 0;
  const shown = (costSquares * weightedSeconds - weightedCost * costTimesSeconds) / spread;
  if (shown <= 0) return 0;
  const slope = (weight * costTimesSeconds - weightedCost * weightedSeconds) / spread;
  const rest = Math.max(0, secondsSquares - shown * weightedSeconds - slope * costTimesSeconds);
  const usual = USUAL_SCATTER_ITEMS * USUAL_SCATTER ** 2 * (secondsSquares / items);
  const uncertainty = ((rest + usual) / (items - 2 + USUAL_SCATTER_ITEMS)) * (costSquares / spread);
  return shown * Math.max(0, 1 - (SURE_FIXED ** 2 * uncertainty) / shown ** 2);
}

/** What was done in the present session of a step or of one worker's share, and what is left. */
export interface WorkSoFar {
  done: WorkAmount;
  left: WorkAmount;
  /** Seconds in which `done` was done. */
  seconds: number;
  times: ItemTimes;
  /** Costs of items that are not begun, the largest first; null when there are too many to simulate. */
  pending: readonly number[] | null;
  /** The rank whose share it is; null for the whole step. */
  rank: number | null;
}

/** The costs of items that are not begun, while they are few. */
export class PendingCosts {
  private costs: number[] | null = [];

  add(cost: number): void {
    if (this.costs !== null && this.costs.push(cost) > MAX_SIMULATED) this.costs = null;
  }

  /** Returns them with the largest first; null when they are too many. */
  sorted(): readonly number[] | null {
    return this.costs?.sort((a, b) => b - a) ?? null;
  }
}

/**
 * Returns the seconds until the work is done; null when nothing was done yet. The time already spent on running items counts as done. Model
 * loading is taken as over (it counts for at most half of the time). The last items cannot be shared out, so their whole time counts.
 * @param now milliseconds since 1970
 */
export function remainingSeconds(step: StepState, work: WorkSoFar, now: number): number | null {
  const { done, left, pending, rank } = work;
  if (done.items <= 0 || work.seconds <= 0) return null;
  if (left.items <= 0) return 0;
  const model = fitTimes(work.times);
  const secondsOf = ({ items, cost }: WorkAmount): number => items * model.fixed + cost * model.perCost;
  const workers = rank === null ? step.workers : step.workers.filter((worker) => worker.rank === rank);
  const load = modelLoadSeconds(step);
  let behind = 0;
  /** Seconds since workers ended their last item, when no item is left for them. */
  let idle = 0;
  /** The remaining time of each worker's current item. */
  const ahead: number[] = [];
  for (const { holding, time, ended } of workers) {
    const item = holding.first;
    if (item === undefined) {
      if (ended === null) ahead.push(0);
      if (ended === null && time.last !== null && pending?.length === 0) idle += Math.max(0, (now - time.last) / 1000);
      continue;
    }
    const whole = model.fixed + step.items.cost(item) * model.perCost;
    const isKnown = work.times.items > 0 && time.since !== null && (time.loading === null || load !== null);
    const begun =
      time.loading === null ? (time.since ?? now) : Math.max(time.since ?? now, time.loading + (load ?? 0) * 1000);
    const spent = isKnown ? Math.min(whole, Math.max(0, (now - begun) / 1000)) : 0;
    behind += spent;
    ahead.push(whole - spent);
  }
  const finished = secondsOf(done) + behind;
  const loading = Math.min(step.time.makespan > 0 ? 0 : (load ?? 0), work.seconds / 2);
  const busy = work.seconds - loading;
  if (finished <= 0) return (work.seconds * left.items) / done.items;
  const even = (secondsOf(left) - behind) / Math.max(1, ahead.length);
  if (work.times.items === 0) return Math.max(0, (busy * (secondsOf(left) - behind)) / finished);
  const simulated =
    pending === null
      ? 0
      : simulatedEnd(
          ahead,
          pending.map((cost) => model.fixed + cost * model.perCost),
        );
  const slower = Math.max(0, busy * Math.max(1, ahead.length) - idle) / finished;
  const ended = work.times.items;
  const pace = (PACE_ITEMS + ended * slower) / (PACE_ITEMS + ended);
  return Math.max(0, simulated, even) * pace;
}

/** Returns when the last worker ends. Each worker takes the largest pending item once it has ended its current one. */
function simulatedEnd(ahead: readonly number[], pending: readonly number[]): number {
  const ends = ahead.length === 0 ? [0] : [...ahead];
  for (const seconds of pending) {
    let next = 0;
    for (let worker = 1; worker < ends.length; worker += 1) if ((ends[worker] ?? 0) < (ends[next] ?? 0)) next = worker;
    ends[next] = (ends[next] ?? 0) + seconds;
  }
  return Math.max(...ends);
}

/** Returns the load time of a worker, from those that have ended an item; null when none has. */
function modelLoadSeconds({ workers }: StepState): number | null {
  const loaded = workers.filter(({ complete, failed, time }) => complete + failed > 0 && time.loading === null);
  if (loaded.length === 0) return null;
  return loaded.reduce((sum, { time }) => sum + time.load, 0) / loaded.length;
}
