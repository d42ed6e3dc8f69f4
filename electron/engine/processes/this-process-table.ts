import { linuxProcessTable } from './linux-process-table.ts';
import { macosProcessTable } from './macos-process-table.ts';
import type { ProcessTable, ProcessView } from './process-table.ts';
import { windowsProcessTable } from './windows-process-table.ts';

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

/** The table of a platform. */
export function processTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  if (platform === 'linux') return linuxProcessTable;
  if (platform === 'win32') return windowsProcessTable;
  return macosProcessTable;
}
