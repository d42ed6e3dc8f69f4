import { QueueOrder } from '../../electron/engine/steps/queue-order.ts';

/** A run of the queue on a clock that jumps from one completion to the next. */
export interface QueueSimulation {
  /** What the scheduler believes. */
  estimates: ArrayLike<number>;
  /** How long each item really takes on a rank with speed 1. */
  durations: ArrayLike<number>;
  /** One per rank. */
  speeds: readonly number[];
}

export interface SimulatedRun {
  /** When the last rank ended. */
  makespan: number;
  /** Items by rank, in the order in which they were handed out. */
  ranks: number[][];
  /** No schedule can end earlier than all work spread over all ranks. */
  lowerBound: number;
}

/** Drives the engine's own queue: whoever is free first gets the next item, the lowest rank among equals. */
export function simulateQueue({ estimates, durations, speeds }: QueueSimulation): SimulatedRun {
  const order = new QueueOrder(estimates);
  const ranks: number[][] = speeds.map(() => []);
  const freeAt = speeds.map(() => 0);
  for (let item = order.take(); item !== null; item = order.take()) {
    const rank = freeAt.indexOf(Math.min(...freeAt));
    freeAt[rank] = (freeAt[rank] ?? 0) + (durations[item] ?? 0) / (speeds[rank] ?? 1);
    ranks[rank]?.push(item);
  }
  return { makespan: Math.max(...freeAt), ranks, lowerBound: total(durations) / total(speeds) };
}

function total(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}
