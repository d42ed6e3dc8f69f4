import { type Assignment, costOf, latestEnd, makeAssignment, speedOf } from './assignment.ts';

/** Milliseconds of local improvement: a person waits for the plan, and longest-first is nearly right to begin with. */
const IMPROVEMENT_BUDGET_MS = 100;

/** Largest load above the lower bound at which improvement ends, as a share: costs are estimates, less is noise. */
const GOOD_ENOUGH = 1e-4;

/** Gains below this share of a load are rounding errors of additions, and could go on for ever. */
const SMALLEST_GAIN = 1e-12;

/** How long improvement may take. */
export interface ImprovementBudget {
  budgetMs?: number;
  /** Milliseconds on any clock. */
  now?: () => number;
}

/** A change between the rank that ends last and another: an item goes over, and one may come back for it. */
interface Change {
  to: number;
  /** Place of the item in the latest rank's list. */
  give: number;
  /** Place of the item in the other rank's list; null for none. */
  take: number | null;
  /** When the later of the two then ends. */
  end: number;
}

interface State {
  costs: ArrayLike<number>;
  speeds: readonly number[];
  ranks: number[][];
  loads: number[];
}

/**
 * Improves an assignment: as long as it helps, the rank that ends last gives an item to another or swaps one with it, whichever ends
 * the two earliest. Ends when nothing helps, when it is good enough, or with the budget; equal input then gives equal output, unless the
 * budget cut it short.
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
 * The change that ends both ranks earliest, if earlier than a limit. Both lists stand largest first, so for each item that is given the
 * best one to take back lies no higher in the other list than for the item before: one walk through both.
 */
function bestChange(state: State, from: number, to: number, limit: number): Change | null {
  const giving = state.ranks[from] ?? [];
  const taking = state.ranks[to] ?? [];
  const ideal = idealTransfer(state, from, to);
  let best: Change | null = null;
  let take = 0;
  for (let give = 0; give < giving.length; give++) {
    // The first item to take back that leaves no less than the ideal transfer; the best is that one, the one before it, or none.
    while (take < taking.length && transfer(state, giving, taking, give, take) < ideal) take++;
    for (const back of [null, take < taking.length ? take : null, take > 0 ? take - 1 : null]) {
      const end = endAfter(state, from, to, transfer(state, giving, taking, give, back));
      if (end < (best?.end ?? limit)) best = { to, give, take: back, end };
    }
  }
  return best;
}

/** The cost that would have to go over for both to end at the same time. */
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

/** Puts an item where its cost belongs, behind equal ones with a lower number. */
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
