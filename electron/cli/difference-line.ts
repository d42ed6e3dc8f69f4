import type { Difference } from '../../shared/contract/records.ts';
import { oneLine } from '../../shared/text-columns.ts';

/** A difference as one line: names of files may hold anything. */
export function differenceLine(difference: Difference): string {
  return oneLine(`${difference.what}: ${difference.detail}`);
}
