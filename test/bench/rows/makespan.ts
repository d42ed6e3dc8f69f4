import { assign } from '../../../electron/engine/assignment/assign.ts';
import { lognormal } from '../../helpers/lognormal.ts';
import { simulateQueue } from '../../helpers/simulate-queue.ts';
import type { Bench } from '../bench-context.ts';
import { median } from '../measure.ts';
import type { Group, Row } from '../row.ts';

const ITEMS = 2_000;
const SLOTS = 8;
/** Spread of the items' sizes and of the error of their estimates, as standard deviations of the logarithm. */
const SIZE_SIGMA = 1;
const ERROR_SIGMA = 0.3;
const SEEDS = [11, 22, 33, 44, 55];
const QUEUE_TARGET = 1.02;
const LIST_TARGET = 1.005;

/** How near the schedule comes to the best that is possible, on a clock that jumps. */
export const makespan: Group = { name: 'makespan', about: 'makespan of 2,000 lognormal items on 8 slots', measure };

function measure(bench: Bench): Promise<Row[]> {
  bench.doing('simulating the scheduler');
  const what = `makespan of ${ITEMS} lognormal items, ${SLOTS} slots`;
  return Promise.resolve([
    rowOf(
      'makespan/queue',
      `${what}: queue, costs off by σ ${ERROR_SIGMA}, one slot half as fast`,
      QUEUE_TARGET,
      queue,
    ),
    rowOf('makespan/list', `${what}: list, exact costs, equal slots`, LIST_TARGET, list),
  ]);
}

function queue(seed: number): number {
  const durations = lognormal(ITEMS, SIZE_SIGMA, seed);
  const errors = lognormal(ITEMS, ERROR_SIGMA, seed + 1);
  const estimates = durations.map((duration, item) => duration * (errors[item] ?? 1));
  const speeds = Array.from({ length: SLOTS }, (_, rank) => (rank === 0 ? 0.5 : 1));
  const run = simulateQueue({ estimates, durations, speeds });
  return run.makespan / run.lowerBound;
}

function list(seed: number): number {
  const costs = lognormal(ITEMS, SIZE_SIGMA, seed);
  const speeds = Array.from({ length: SLOTS }, () => 1);
  return assign(costs, speeds).imbalance;
}

function rowOf(id: string, title: string, target: number, measureSeed: (seed: number) => number): Row {
  const ratios = SEEDS.map(measureSeed);
  const value = median(ratios);
  return {
    id,
    title,
    unit: '',
    ours: null,
    reference: { name: 'lower bound', value: null },
    value,
    valueUnit: '×',
    target,
    note: `the worst of ${SEEDS.length} seeds: ${Math.max(...ratios).toFixed(4)} ×`,
    raw: { ratios },
  };
}
