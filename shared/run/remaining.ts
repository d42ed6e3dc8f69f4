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

/** Fewer items say nothing about what is fixed and what grows with the cost. */
const FEWEST_FOR_FIT = 2;
/**
 * An item takes time in proportion to its cost, as costs are made for, unless items show a fixed part: one that is so many times its own
 * uncertainty. What a few items say by chance is carried on to all others.
 */
const SURE_FIXED = 1.75;
/** Times scatter by about so much, as a part of themselves, as long as items do not show how much: that counts like so many items. */
const USUAL_SCATTER = 0.05;
const USUAL_SCATTER_ITEMS = 4;
/**
 * Between two items lies more than their times: they are handed out, and tried again. How much longer the whole takes is told by what was done so
 * far; that it takes no longer counts like so many items.
 */
const PACE_ITEMS = 4;
/** Up to so many items the end is played through, item by item; of more, the last ones hardly matter. */
const MOST_PLAYED = 1000;

/** How long an item takes: a fixed part, and one that grows with its cost (seconds). */
export interface TimeModel {
  fixed: number;
  perCost: number;
}

/**
 * Adds an item's time to the sums.
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

/** The mean cost of a step's items. */
export function usualCost({ items }: StepState): number {
  let sum = 0;
  for (let item = 0; item < items.length; item += 1) sum += items.cost(item);
  return items.length === 0 ? 0 : sum / items.length;
}

/** The sums over what came since others were taken. */
export function timesSince(now: ItemTimes, before: ItemTimes): ItemTimes {
  const since = { ...NO_TIMES };
  for (const key of Object.keys(since) as (keyof ItemTimes)[]) since[key] = now[key] - before[key];
  return since;
}

/**
 * Fits the time of items to their cost: a fixed part, between none and all of it, and a part in proportion. How far it leans to the fixed part
 * that items show depends on how sure that is: on their number, on how much their costs differ and on how their times scatter.
 */
export function fitTimes(times: ItemTimes): TimeModel {
  const { items, cost, seconds } = times;
  if (items === 0 || seconds <= 0) return { fixed: 0, perCost: 1 };
  if (cost <= 0) return { fixed: seconds / items, perCost: 0 };
  const fixed = items < FEWEST_FOR_FIT ? 0 : Math.min(seconds / items, fixedPart(times));
  return { fixed, perCost: (seconds - fixed * items) / cost };
}

function fixedPart(times: ItemTimes): number {
  const { items, weight, weightedCost, weightedSeconds, costSquares, secondsSquares, costTimesSeconds } = times;
  const spread = weight * costSquares - weightedCost ** 2;
  // Costs that are all alike, apart from how numbers are rounded.
  if (spread <= weight * costSquares * 1e-9) return 0;
  const shown = (costSquares * weightedSeconds - weightedCost * costTimesSeconds) / spread;
  if (shown <= 0) return 0;
  const slope = (weight * costTimesSeconds - weightedCost * weightedSeconds) / spread;
  const rest = Math.max(0, secondsSquares - shown * weightedSeconds - slope * costTimesSeconds);
  const usual = USUAL_SCATTER_ITEMS * USUAL_SCATTER ** 2 * (secondsSquares / items);
  const uncertainty = ((rest + usual) / (items - 2 + USUAL_SCATTER_ITEMS)) * (costSquares / spread);
  return shown * Math.max(0, 1 - (SURE_FIXED ** 2 * uncertainty) / shown ** 2);
}

/** What of a step, or of one worker's share, was done in its present session, and what is left. */
export interface WorkSoFar {
  done: WorkAmount;
  left: WorkAmount;
  /** Seconds in which that was done. */
  seconds: number;
  times: ItemTimes;
  /** Costs of what nobody has begun with, the largest first; null when it is too much to be played through. */
  pending: readonly number[] | null;
  /** The rank whose share it is; null for the step. */
  rank: number | null;
}

/** The costs of what nobody has begun with, as long as they are few. */
export class PendingCosts {
  private costs: number[] | null = [];

  add(cost: number): void {
    if (this.costs !== null && this.costs.push(cost) > MOST_PLAYED) this.costs = null;
  }

  /** The largest first; null when they are many. */
  sorted(): readonly number[] | null {
    return this.costs?.sort((a, b) => b - a) ?? null;
  }
}

/**
 * Seconds until the work is done; null when nothing was done yet. What the items under way have behind them is done, the loading of models
 * is over (at most half of the time is taken for that), and the last items, which cannot be shared out, are waited for.
 * @param now milliseconds since 1970
 */
export function remainingSeconds(step: StepState, work: WorkSoFar, now: number): number | null {
  const { done, left, pending, rank } = work;
  if (done.items <= 0 || work.seconds <= 0) return null;
  if (left.items <= 0) return 0;
  const model = fitTimes(work.times);
  const secondsOf = ({ items, cost }: WorkAmount): number => items * model.fixed + cost * model.perCost;
  const workers = rank === null ? step.workers : step.workers.filter((worker) => worker.rank === rank);
  const load = loadOfModel(step);
  let behind = 0;
  /** Seconds since workers have ended their last item, there being no more for them. */
  let idle = 0;
  /** What each worker has still to do of its item in hand. */
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
  const played =
    pending === null
      ? 0
      : playedOut(
          ahead,
          pending.map((cost) => model.fixed + cost * model.perCost),
        );
  const slower = Math.max(0, busy * Math.max(1, ahead.length) - idle) / finished;
  const ended = work.times.items;
  const pace = (PACE_ITEMS + ended * slower) / (PACE_ITEMS + ended);
  return Math.max(0, played, even) * pace;
}

/** When the last worker ends, each going on with the longest that is left once it has ended what it has in hand. */
function playedOut(ahead: readonly number[], pending: readonly number[]): number {
  const ends = ahead.length === 0 ? [0] : [...ahead];
  for (const seconds of pending) {
    let next = 0;
    for (let worker = 1; worker < ends.length; worker += 1) if ((ends[worker] ?? 0) < (ends[next] ?? 0)) next = worker;
    ends[next] = (ends[next] ?? 0) + seconds;
  }
  return Math.max(...ends);
}

/** How long a worker loads before it can begin, as those show that have ended an item; null when none has. */
function loadOfModel({ workers }: StepState): number | null {
  const loaded = workers.filter(({ complete, failed, time }) => complete + failed > 0 && time.loading === null);
  if (loaded.length === 0) return null;
  return loaded.reduce((sum, { time }) => sum + time.load, 0) / loaded.length;
}
