import type { Settings } from '../../../shared/settings.ts';
import type { Environment } from '../files/data-home.ts';
import { parseSize } from '../runs/parse-size.ts';

const BYTES_PER_GIB = 1024 ** 3;

/**
 * Bytes that are to stay free on disks that runs write to: `DROVER_KEEP_FREE` where it is set, to a size such as `5GiB` (a start with
 * anything else is refused), else the setting; 0 for no watch, null for the standing mark.
 */
export function keepFree(env: Environment, { keepFreeGib }: Settings): number | null {
  return parseSize(env['DROVER_KEEP_FREE']) ?? (keepFreeGib === null ? null : keepFreeGib * BYTES_PER_GIB);
}
