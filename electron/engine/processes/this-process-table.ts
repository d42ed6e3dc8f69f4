import { linuxProcessTable } from './linux-process-table.ts';
import { macosProcessTable } from './macos-process-table.ts';
import type { ProcessTable, ProcessView } from './process-table.ts';
import { windowsProcessTable } from './windows-process-table.ts';

const pending = new WeakMap<ProcessTable, Promise<ProcessView>>();

/**
 * Reads all processes after this call. All callers in one turn of the event loop get the same result, because the workers of a step start, are
 * stopped and end together.
 */
export function sharedSnapshot(table: ProcessTable): Promise<ProcessView> {
  const known = pending.get(table);
  if (known !== undefined) return known;
  const { promise, resolve } = Promise.withResolvers<ProcessView>();
  pending.set(table, promise);
  setImmediate(() => {
    pending.delete(table);
    resolve(table.snapshot());
  });
  return promise;
}

/** Returns the table of a platform. */
export function processTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  if (platform === 'linux') return linuxProcessTable;
  if (platform === 'win32') return windowsProcessTable;
  return macosProcessTable;
}
