import type { Group } from '../row.ts';
import { itemRate } from './item-rate.ts';
import { logThroughput } from './log-throughput.ts';

/** Everything that is measured, in the order of the table. */
export const GROUPS: readonly Group[] = [...logThroughput, itemRate];
