import type { ItemState } from '../../../shared/items/item.ts';
import { assign } from '../assignment/assign.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import type { StepRun } from './step-run.ts';

/** The lists that are assigned and not yet given to a worker. */
export class ListShares {
  private readonly run: StepRun;
  private readonly speeds: readonly number[];
  private readonly idle: Set<number>;
  private readonly lists = new Map<number, number[]>();

  /** @param speeds one per rank, 1 on average */
  constructor(run: StepRun, slots: readonly WorkerSlot[], speeds: readonly number[]) {
    this.run = run;
    this.speeds = speeds;
    this.idle = new Set(slots.filter((slot) => slot.process === null).map((slot) => slot.rank));
  }

  /** The list of an idle rank; what is pending is spread over all idle ranks first when it has none. */
  take(rank: number): ItemState[] {
    this.idle.add(rank);
    if (!this.lists.has(rank)) this.spread();
    const list = this.lists.get(rank) ?? [];
    this.lists.delete(rank);
    const items = list
      .filter((index) => this.run.items.pending.remove(index))
      .map((index) => this.run.items.get(index));
    if (items.length > 0) this.idle.delete(rank);
    return items;
  }

  /** A rank that can take a list as soon as there is one. */
  join(rank: number): void {
    this.idle.add(rank);
  }

  /** A rank that takes part no more. */
  leave(rank: number): void {
    this.idle.delete(rank);
    this.lists.delete(rank);
  }

  private spread(): void {
    const assigned = new Set([...this.lists.values()].flat());
    const { items: all } = this.run.setup.state;
    const items = Array.from({ length: all.length }, (_, item) => item).filter(
      (item) => this.run.items.pending.has(item) && !assigned.has(item),
    );
    const ranks = [...this.idle].filter((rank) => !this.lists.has(rank));
    if (items.length === 0 || ranks.length === 0) return;
    const { ranks: lists } = assign(
      Float64Array.from(items, (item) => all.cost(item)),
      ranks.map((rank) => this.speeds[rank] ?? 1),
    );
    ranks.forEach((rank, place) => {
      const list = (lists[place] ?? []).map((index) => items[index] ?? -1);
      if (list.length > 0) this.lists.set(rank, list);
    });
  }
}
