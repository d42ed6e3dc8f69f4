import type { Difference } from '../../shared/contract/records.ts';
import { oneLine } from '../../shared/text-columns.ts';

/** Returns a difference as one line: file names may contain any character. */
export function differenceLine(difference: Difference): string {
  return oneLine(`${difference.what}: ${difference.detail}`);
}
