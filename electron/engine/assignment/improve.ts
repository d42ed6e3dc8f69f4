import { type Assignment, costOf, latestEnd, makeAssignment, speedOf } from './assignment.ts';

/** The time limit of local improvement in milliseconds: a person waits for the plan, and longest-first is nearly optimal already. */
const IMPROVEMENT_BUDGET_MS = 100;

/** Improvement ends when the largest load exceeds the lower bound by this share or less: costs are estimates, so less is noise. */
const GOOD_ENOUGH = 1e-4;

/** Gains below this share of a load are rounding errors, with which improvement might never end. */
const SMALLEST_GAIN = 1e-12;

/** The time limit of the improvement. */
export interface ImprovementBudget {
  budgetMs?: number;
  /** Milliseconds on any clock. */
  now?: () => number;
}

/** A change between the rank that ends last and another one: an item is moved to it, and one may be moved back. */
interface Change {
  to: number;
  /** The index of the item in the list of the rank that ends last. */
  give: number;
  /** The index of the item in the list of the other rank; null for none. */
  take: number | null;
  /** When the later of the two ends after the change. */
  end: number;
}

interface State {
  costs: ArrayLike<number>;
  speeds: readonly number[];
  ranks: number[][];
  loads: number[];
}

/**
 * Improves an assignment: while it helps, the rank that ends last gives an item to another rank or swaps one with it. It takes the change after
 * which the two end earliest. Ends when nothing helps, when the result is good enough, or with the budget. Equal input gives equal output,
 * unless the budget ended it.
 */
export function improve(
  assignment: Assignment,
  costs: ArrayLike<number>,
  speeds: readonly number[],
  { budgetMs = IMPROVEMENT_BUDGET_MS, now = () => performance.now() }: ImprovementBudget = {},
): Assignment {
  const state: State = {
    costs,
    speeds,
    ranks: assignment.ranks.map((items) => [...items]),
    loads: [...assignment.loads],
  };
  const deadline = now() + budgetMs;
  const enough = assignment.lowerBound * (1 + GOOD_ENOUGH);
  while (latestEnd(state.loads, speeds) > enough && now() < deadline) if (!improveOnce(state)) break;
  const improved = makeAssignment(state.ranks, costs, speeds, assignment.lowerBound);
  return improved.imbalance < assignment.imbalance ? improved : assignment;
}

function improveOnce(state: State): boolean {
  const from = latestRank(state);
  const limit = endOf(state, from) * (1 - SMALLEST_GAIN);
  let best: Change | null = null;
  for (let to = 0; to < state.ranks.length; to++) {
    const change: Change | null = to === from ? null : bestChange(state, from, to, limit);
    if (change !== null && (best === null || change.end < best.end)) best = change;
  }
  if (best === null) return false;
  apply(state, from, best);
  return true;
}

function latestRank(state: State): number {
  let latest = 0;
  for (let rank = 1; rank < state.ranks.length; rank++) if (endOf(state, rank) > endOf(state, latest)) latest = rank;
  return latest;
}

function endOf({ loads, speeds }: State, rank: number): number {
  return (loads[rank] ?? 0) / speedOf(speeds, rank);
}

/**
 * Returns the change after which both ranks end earliest, if that is earlier than a limit. Both lists are sorted, largest first. For each next
 * item to give, the best item to take back is never before the one for the previous item, so one pass over both lists is enough.
 */
function bestChange(state: State, from: number, to: number, limit: number): Change | null {
  const giving = state.ranks[from] ?? [];
  const taking = state.ranks[to] ?? [];
  const ideal = idealTransfer(state, from, to);
  let best: Change | null = null;
  let take = 0;
  for (let give = 0; give < giving.length; give++) {
    // Finds the first item to take back that leaves no less than the ideal transfer; the best is that one, the one before it, or none.
    while (take < taking.length && transfer(state, giving, taking, give, take) < ideal) take++;
    for (const back of [null, take < taking.length ? take : null, take > 0 ? take - 1 : null]) {
      const end = endAfter(state, from, to, transfer(state, giving, taking, give, back));
      if (end < (best?.end ?? limit)) best = { to, give, take: back, end };
    }
  }
  return best;
}

/** Returns the cost that would have to be moved for both to end at the same time. */
function idealTransfer({ loads, speeds }: State, from: number, to: number): number {
  const fromSpeed = speedOf(speeds, from);
  const toSpeed = speedOf(speeds, to);
  return ((loads[from] ?? 0) * toSpeed - (loads[to] ?? 0) * fromSpeed) / (fromSpeed + toSpeed);
}

function transfer(
  { costs }: State,
  giving: readonly number[],
  taking: readonly number[],
  give: number,
  take: number | null,
): number {
  return costOf(costs, giving[give] ?? -1) - (take === null ? 0 : costOf(costs, taking[take] ?? -1));
}

function endAfter({ loads, speeds }: State, from: number, to: number, moved: number): number {
  const fromEnd = ((loads[from] ?? 0) - moved) / speedOf(speeds, from);
  const toEnd = ((loads[to] ?? 0) + moved) / speedOf(speeds, to);
  return Math.max(fromEnd, toEnd);
}

function apply(state: State, from: number, { to, give, take }: Change): void {
  const giving = state.ranks[from] ?? [];
  const taking = state.ranks[to] ?? [];
  const moved = transfer(state, giving, taking, give, take);
  const given = giving.splice(give, 1);
  const taken = take === null ? [] : taking.splice(take, 1);
  for (const item of given) insert(state.costs, taking, item);
  for (const item of taken) insert(state.costs, giving, item);
  state.loads[from] = (state.loads[from] ?? 0) - moved;
  state.loads[to] = (state.loads[to] ?? 0) + moved;
}

/** Inserts an item at the place of its cost, after equal ones with a lower number. */
function insert(costs: ArrayLike<number>, items: number[], item: number): void {
  const cost = costOf(costs, item);
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = items[middle] ?? -1;
    const otherCost = costOf(costs, other);
    if (otherCost > cost || (otherCost === cost && other < item)) low = middle + 1;
    else high = middle;
  }
  items.splice(low, 0, item);
}
