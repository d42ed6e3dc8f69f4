import type { RunEvent } from './run-events.ts';
import type { RunState, StepState, WorkerRecord } from './run-state.ts';

/** Costs of a large step are added up at most this often: it takes a millisecond for 100,000 items. */
const COSTS_FRESH_MS = 1000;

/** How fast something goes and when it will be done; null when nothing is known yet. */
export interface Forecast {
  /** Items that reached a final state, per second. */
  rate: number | null;
  /** Seconds until its end. */
  eta: number | null;
}

interface Costs {
  done: number;
  left: number;
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
 * Rates and remaining times of steps and workers, by what was done since the present owner took the run: the time between an
 * interruption and a resume says nothing about speed. Remaining times go by cost, as items are uneven.
 */
export class Pace {
  private readonly steps = new Map<number, Beginning>();
  private readonly workers = new Map<string, Beginning>();
  private readonly costs = new Map<number, StepCosts>();

  /** Takes note of an event that the state has just been folded with. */
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

  /** Seconds since the step began under the present owner, until it ended. */
  elapsed(step: StepState, now: number): number | null {
    const begun = this.steps.get(step.step);
    return begun === undefined ? null : Math.max(0, (endOf(step, now) - begun.at) / 1000);
  }

  /** The forecast of a step as a whole. */
  step(step: StepState, now: number): Forecast {
    const begun = this.steps.get(step.step);
    if (begun === undefined) return NO_FORECAST;
    const items = finished(step.counts) - begun.items;
    const end = endOf(step, now);
    const left = step.counts.pending + step.counts.running;
    return forecast({ begun, end, items, left }, begun.costs, this.stepCosts(step, now));
  }

  /** The forecast of a worker; its end is only known where it has its whole share, that is with `list`. */
  worker(step: StepState, worker: WorkerRecord, now: number): Forecast {
    const begun = this.workers.get(workerKey(step.step, worker.rank));
    if (begun === undefined) return NO_FORECAST;
    const items = finished(worker) - begun.items;
    const end = endOf(worker, now);
    const work = { begun, end, items, left: worker.holding.length };
    const known = forecast(work, ofRank(begun.costs, worker.rank), ofRank(this.stepCosts(step, now), worker.rank));
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
  work: { begun: Beginning; end: number; items: number; left: number },
  before: Costs,
  now: Costs,
): Forecast {
  const seconds = (work.end - work.begun.at) / 1000;
  if (work.items <= 0 || seconds <= 0) return NO_FORECAST;
  const rate = work.items / seconds;
  if (work.left === 0) return { rate, eta: 0 };
  const cost = now.done - before.done;
  return { rate, eta: cost > 0 ? (seconds * now.left) / cost : work.left / rate };
}

function endOf({ ended }: { ended: string | null }, now: number): number {
  return ended === null ? now : Date.parse(ended);
}

function addUp(step: StepState, at: number): StepCosts {
  const costs: StepCosts = { at, done: 0, left: 0, ranks: new Map() };
  const { items } = step;
  for (let item = 0; item < items.length; item += 1) {
    const status = items.status(item);
    if (status === 'skipped') continue;
    const over = status === 'complete' || status === 'failed';
    const cost = items.cost(item);
    costs[over ? 'done' : 'left'] += cost;
    const rank = items.rank(item);
    if (rank === null || (!over && status !== 'running')) continue;
    const sums = costs.ranks.get(rank) ?? { done: 0, left: 0 };
    sums[over ? 'done' : 'left'] += cost;
    costs.ranks.set(rank, sums);
  }
  return costs;
}

function ofRank(costs: StepCosts, rank: number): Costs {
  return costs.ranks.get(rank) ?? { done: 0, left: 0 };
}

function finished(counts: { complete: number; failed: number }): number {
  return counts.complete + counts.failed;
}

function workerKey(step: number, rank: number): string {
  return `${step}:${rank}`;
}
