import type { ProcessTable, ProcessView } from './process-table.ts';

const asked = new WeakMap<ProcessTable, Promise<ProcessView>>();

/**
 * A look at all processes that is taken after this call. All who ask in one turn of the event loop get the same one: the workers of a step
 * start, are stopped and end together.
 */
export function sharedLook(table: ProcessTable): Promise<ProcessView> {
  const known = asked.get(table);
  if (known !== undefined) return known;
  const { promise, resolve } = Promise.withResolvers<ProcessView>();
  asked.set(table, promise);
  setImmediate(() => {
    asked.delete(table);
    resolve(table.look());
  });
  return promise;
}
