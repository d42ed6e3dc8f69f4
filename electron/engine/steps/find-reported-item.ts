import { basename } from 'node:path';
import type { ItemState } from '../../../shared/items/item.ts';

/**
 * Which of a worker's items a report names. Workers get absolute paths but may report a relative path or the bare name.
 * @param held the items the worker has now, in the order given
 * @returns undefined when the file is none of them
 */
export function findReportedItem(held: readonly ItemState[], file: string): ItemState | undefined {
  return (
    held.find((item) => item.file === file) ??
    held.find((item) => item.file.endsWith(`/${file.replace(/^\.\//, '')}`)) ??
    held.find((item) => basename(item.file) === basename(file) && !file.includes('/'))
  );
}
