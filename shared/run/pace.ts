import { addTime, NO_TIMES, PendingCosts, remainingSeconds, timesSince, usualCost } from './remaining.ts';
import type { RunEvent } from './run-events.ts';
import type { ItemTimes, RunState, StepState, WorkAmount, WorkerRecord } from './run-model.ts';

/** The shortest time between two sums over the costs of a step: adding up 100,000 items takes a millisecond. */
const COSTS_FRESH_MS = 1000;

/** The speed of a step or worker and the time to its end; null while unknown. */
export interface Forecast {
  /** Items that reached a final state, per second. */
  rate: number | null;
  /** Seconds until its end. */
  eta: number | null;
}

/** `times` of complete items; `pending` the costs of items that are not begun, the largest first, while they are few. */
interface Costs {
  done: WorkAmount;
  left: WorkAmount;
  times: ItemTimes;
  pending: readonly number[] | null;
}

interface StepCosts extends Costs {
  at: number;
  ranks: Map<number, Costs>;
}

interface Beginning {
  at: number;
  items: number;
  costs: StepCosts;
}

const NO_FORECAST: Forecast = { rate: null, eta: null };

/**
 * Rates and remaining times of steps and workers, from the work done since the present owner took the run: the time between an
 * interruption and a resume says nothing about speed. Remaining times depend on the times of items, which vary (`remaining.ts`).
 */
export class Pace {
  private readonly steps = new Map<number, Beginning>();
  private readonly workers = new Map<string, Beginning>();
  private readonly costs = new Map<number, StepCosts>();

  /** Records an event that was just folded into the state. */
  note(state: RunState, event: RunEvent): void {
    if (event.type === 'owner-taken') {
      this.steps.clear();
      this.workers.clear();
      this.costs.clear();
      return;
    }
    if (event.type !== 'step-started' && event.type !== 'worker-starting' && event.type !== 'worker-adopted') return;
    const step = state.steps[event.step - 1];
    if (step === undefined) return;
    const at = Date.parse(event.time);
    if (!this.steps.has(event.step))
      this.steps.set(event.step, { at, items: finished(step.counts), costs: addUp(step, at) });
    if (event.type === 'step-started') return;
    const worker = step.workers[event.rank];
    const key = workerKey(event.step, event.rank);
    if (worker === undefined || this.workers.has(key)) return;
    this.workers.set(key, { at, items: finished(worker), costs: this.stepCosts(step, at) });
  }

  /** Returns the seconds since the step began under the present owner, until it ended. */
  elapsed(step: StepState, now: number): number | null {
    const begun = this.steps.get(step.step);
    return begun === undefined ? null : Math.max(0, (endOf(step, now) - begun.at) / 1000);
  }

  /** Returns the forecast of a step as a whole. */
  step(step: StepState, now: number): Forecast {
    const begun = this.steps.get(step.step);
    if (begun === undefined) return NO_FORECAST;
    const items = finished(step.counts) - begun.items;
    const left = step.counts.pending + step.counts.running;
    const work = { begun, end: endOf(step, now), items, left, rank: null };
    return forecast(step, work, begun.costs, this.stepCosts(step, now));
  }

  /** Returns the forecast of a worker; its end is known only when it has its whole share, that is with `list`. */
  worker(step: StepState, worker: WorkerRecord, now: number): Forecast {
    const begun = this.workers.get(workerKey(step.step, worker.rank));
    if (begun === undefined) return NO_FORECAST;
    const items = finished(worker) - begun.items;
    const end = endOf(worker, now);
    const work = { begun, end, items, left: worker.holding.length, rank: worker.rank };
    const costs = this.stepCosts(step, now);
    const known = forecast(step, work, ofRank(begun.costs, worker.rank), ofRank(costs, worker.rank));
    return step.dispatch === 'list' && worker.ended === null ? known : { rate: known.rate, eta: null };
  }

  private stepCosts(step: StepState, now: number): StepCosts {
    const known = this.costs.get(step.step);
    if (known !== undefined && now - known.at < COSTS_FRESH_MS && now >= known.at) return known;
    const costs = addUp(step, now);
    this.costs.set(step.step, costs);
    return costs;
  }
}

function forecast(
  step: StepState,
  {
    begun,
    end,
    items,
    left,
    rank,
  }: { begun: Beginning; end: number; items: number; left: number; rank: number | null },
  before: Costs,
  now: Costs,
): Forecast {
  const seconds = (end - begun.at) / 1000;
  if (items <= 0 || seconds <= 0) return NO_FORECAST;
  const work = {
    done: { items, cost: Math.max(0, now.done.cost - before.done.cost) },
    left: { items: left, cost: now.left.cost },
    seconds,
    times: timesSince(now.times, before.times),
    pending: now.pending,
    rank,
  };
  return { rate: items / seconds, eta: remainingSeconds(step, work, end) };
}

function endOf({ ended }: { ended: string | null }, now: number): number {
  return ended === null ? now : Date.parse(ended);
}

function addUp(step: StepState, at: number): StepCosts {
  const costs: StepCosts = { ...noCosts(), at, ranks: new Map() };
  const { items } = step;
  const usual = usualCost(step);
  const pending = new PendingCosts();
  for (let item = 0; item < items.length; item += 1) {
    const status = items.status(item);
    if (status === 'skipped') continue;
    if (status === 'pending') pending.add(items.cost(item));
    addItem(costs, step, { item, usual });
    const rank = items.rank(item);
    if (rank === null || status === 'pending') continue;
    const sums = costs.ranks.get(rank) ?? noCosts();
    addItem(sums, step, { item, usual });
    costs.ranks.set(rank, sums);
  }
  costs.pending = pending.sorted();
  return costs;
}

/** Returns the current sums of a whole step. */
export function sumItems(step: StepState): Costs {
  return addUp(step, 0);
}

function addItem(costs: Costs, { items }: StepState, { item, usual }: { item: number; usual: number }): void {
  const status = items.status(item);
  const cost = items.cost(item);
  const amount = status === 'complete' || status === 'failed' ? costs.done : costs.left;
  amount.items += 1;
  amount.cost += cost;
  const seconds = items.seconds(item);
  if (status === 'complete' && seconds !== null) addTime(costs.times, usual, { cost, seconds });
}

function noCosts(): Costs {
  return { done: { items: 0, cost: 0 }, left: { items: 0, cost: 0 }, times: { ...NO_TIMES }, pending: null };
}

function ofRank(costs: StepCosts, rank: number): Costs {
  return costs.ranks.get(rank) ?? noCosts();
}

function finished(counts: { complete: number; failed: number }): number {
  return counts.complete + counts.failed;
}

function workerKey(step: number, rank: number): string {
  return `${step}:${rank}`;
}
