import type { ItemState } from '../../shared/items/item.ts';
import { ItemTable } from '../../shared/items/item-table.ts';
import type { RunState } from '../../shared/run/run-model.ts';

/** An item with its values, as its view has getters that no comparison looks into. */
export function plainItem(item: ItemState): ItemState {
  const { item: number, file, size, mtime_ms, cost, relative_dir, origin, joined } = item;
  const { status, attempts, rank, spans, report_offset, seconds, outputs, failure } = item;
  const record = { item: number, file, size, mtime_ms, cost, relative_dir, origin };
  const state = { status, attempts, rank, spans, report_offset, seconds, outputs, failure };
  return { ...record, ...(joined === undefined ? {} : { joined }), ...state };
}

/** A run's state as plain values, to be compared. */
export function plainState(state: RunState): object {
  const steps = state.steps.map((step) => ({
    ...step,
    items: Array.from(step.items, plainItem),
    workers: step.workers.map((worker) => ({ ...worker, holding: [...worker.holding] })),
  }));
  return { ...state, steps };
}

/** A table that has just these items. */
export function tableOf(items: readonly ItemState[]): ItemTable {
  const table = new ItemTable();
  for (const [number, item] of items.entries()) {
    table.add(item);
    for (const [rank, log_offset, end] of item.spans) {
      table.beginAttempt(number, { rank, log_offset, report_offset: item.report_offset });
      if (end !== null) table.endSpan(number, end);
    }
    table.setStatus(number, item.status);
    table.setAttempts(number, item.attempts);
    if (item.rank !== null) table.setRank(number, item.rank);
    table.setSeconds(number, item.seconds);
    table.setOutputs(number, item.outputs);
    table.setFailure(number, item.failure);
  }
  return table;
}
