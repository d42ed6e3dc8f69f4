import type { StepState } from './run-state.ts';

/** So many items and their cost. */
export interface WorkAmount {
  items: number;
  cost: number;
}

/** Sums over items whose time is known: what the time of an item is estimated from. */
export interface ItemTimes {
  items: number;
  cost: number;
  seconds: number;
  costSquares: number;
  secondsSquares: number;
  costTimesSeconds: number;
}

export const NO_TIMES: ItemTimes = {
  items: 0,
  cost: 0,
  seconds: 0,
  costSquares: 0,
  secondsSquares: 0,
  costTimesSeconds: 0,
};

/** Fewer items say nothing about what is fixed and what grows with the cost. */
const FEWEST_FOR_FIT = 4;
/**
 * An item takes time in proportion to its cost, as costs are made for, unless items show another slope: one that is so many times its own
 * uncertainty away. The largest items come first, and what a few of them say by chance is carried on to all the small ones.
 */
const SURE_SLOPE = 1.75;
/** Times scatter by about so much, as a part of their mean, as long as items do not show how much: that counts like so many items. */
const USUAL_SCATTER = 0.05;
const USUAL_SCATTER_ITEMS = 4;

/** How long an item takes: a fixed part, and one that grows with its cost (seconds). */
export interface TimeModel {
  fixed: number;
  perCost: number;
}

/** Adds an item's time to the sums. */
export function addTime(times: ItemTimes, cost: number, seconds: number): void {
  times.items += 1;
  times.cost += cost;
  times.seconds += seconds;
  times.costSquares += cost * cost;
  times.secondsSquares += seconds * seconds;
  times.costTimesSeconds += cost * seconds;
}

/** The sums over what came since others were taken. */
export function timesSince(now: ItemTimes, before: ItemTimes): ItemTimes {
  return {
    items: now.items - before.items,
    cost: now.cost - before.cost,
    seconds: now.seconds - before.seconds,
    costSquares: now.costSquares - before.costSquares,
    secondsSquares: now.secondsSquares - before.secondsSquares,
    costTimesSeconds: now.costTimesSeconds - before.costTimesSeconds,
  };
}

/**
 * Fits the time of items to their cost, as a line through their mean between two ends: all of it fixed, or all of it in proportion. How far it
 * leans to what the items show depends on how sure that is: on their number, on how much their costs differ and on how their times scatter.
 */
export function fitTimes(times: ItemTimes): TimeModel {
  const { items, cost, seconds } = times;
  if (items === 0 || seconds <= 0) return { fixed: 0, perCost: 1 };
  if (cost <= 0) return { fixed: seconds / items, perCost: 0 };
  const proportional = seconds / cost;
  const perCost = items < FEWEST_FOR_FIT ? proportional : slopeOf(times, proportional);
  return { fixed: Math.max(0, (seconds - perCost * cost) / items), perCost };
}

function slopeOf(times: ItemTimes, proportional: number): number {
  const { items, cost, seconds, costSquares, secondsSquares, costTimesSeconds } = times;
  const costSpread = costSquares - (cost * cost) / items;
  // Costs that are all alike, apart from how numbers are rounded.
  if (costSpread <= costSquares * 1e-9) return proportional;
  const together = costTimesSeconds - (cost * seconds) / items;
  const shown = together / costSpread;
  const rest = Math.max(0, secondsSquares - (seconds * seconds) / items - shown * together);
  const usual = USUAL_SCATTER_ITEMS * (USUAL_SCATTER * (seconds / items)) ** 2;
  const uncertainty = (rest + usual) / (items - 2 + USUAL_SCATTER_ITEMS) / costSpread;
  const apart = (shown - proportional) ** 2;
  const belief = apart === 0 ? 0 : Math.max(0, 1 - (SURE_SLOPE ** 2 * uncertainty) / apart);
  const slope = proportional + belief * (shown - proportional);
  return Math.min(proportional, Math.max(0, slope));
}

/** What of a step, or of one worker's share, was done in its present session, and what is left. */
export interface WorkSoFar {
  done: WorkAmount;
  left: WorkAmount;
  /** Seconds in which that was done. */
  seconds: number;
  times: ItemTimes;
  /** Of what nobody has begun with, the largest cost. */
  largest: number;
  /** The rank whose share it is; null for the step. */
  rank: number | null;
}

/**
 * Seconds until the work is done; null when nothing was done yet. What the items under way have behind them is done, the loading of models
 * is over (at most half of the time is taken for that), and one item that outlasts all others is waited for.
 * @param now milliseconds since 1970
 */
export function remainingSeconds(step: StepState, work: WorkSoFar, now: number): number | null {
  const { done, left, largest, rank } = work;
  if (done.items <= 0 || work.seconds <= 0) return null;
  if (left.items <= 0) return 0;
  const model = fitTimes(work.times);
  const secondsOf = ({ items, cost }: WorkAmount): number => items * model.fixed + cost * model.perCost;
  const workers = rank === null ? step.workers : step.workers.filter((worker) => worker.rank === rank);
  const load = loadOfModel(step);
  let behind = 0;
  let longest = largest > 0 ? model.fixed + largest * model.perCost : 0;
  if (work.times.items > 0)
    for (const { holding, time } of workers) {
      const item = holding.first;
      if (item === undefined || time.since === null || (time.loading !== null && load === null)) continue;
      const whole = model.fixed + step.items.cost(item) * model.perCost;
      const begun = time.loading === null ? time.since : Math.max(time.since, time.loading + (load ?? 0) * 1000);
      const spent = Math.min(whole, Math.max(0, (now - begun) / 1000));
      behind += spent;
      longest = Math.max(longest, whole - spent);
    }
  const finished = secondsOf(done) + behind;
  if (finished <= 0) return (work.seconds * left.items) / done.items;
  const spread =
    ((work.seconds - Math.min(step.time.makespan > 0 ? 0 : (load ?? 0), work.seconds / 2)) *
      (secondsOf(left) - behind)) /
    finished;
  return Math.max(0, spread, work.times.items > 0 && rank === null ? longest : 0);
}

/** How long a worker loads before it can begin, as those show that have ended an item; null when none has. */
function loadOfModel({ workers }: StepState): number | null {
  const loaded = workers.filter(({ complete, failed, time }) => complete + failed > 0 && time.loading === null);
  if (loaded.length === 0) return null;
  return loaded.reduce((sum, { time }) => sum + time.load, 0) / loaded.length;
}
