import type { Group } from '../row.ts';
import { windowBigLog } from '../window/big-log.ts';
import { windowBundle } from '../window/bundle.ts';
import { windowFlood } from '../window/flood.ts';
import { windowItems } from '../window/items.ts';
import { windowLaunch } from '../window/launch.ts';
import { windowLine } from '../window/line.ts';
import { windowStart } from '../window/start.ts';
import { bigSequences } from './big-sequences.ts';
import { counting } from './counting.ts';
import { deviceQueue } from './device-queue.ts';
import { dispatchLatency } from './dispatch-latency.ts';
import { follow } from './follow.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { itemRate } from './item-rate.ts';
import { logGrep, logTail } from './log-commands.ts';
import { logThroughput } from './log-throughput.ts';
import { makespan } from './makespan.ts';
import { planOfMany, resumeOfFinished } from './many-items.ts';
import { memoryOfItems, memoryOfLogs, memoryOfMillion } from './memory.ts';
import { query } from './query.ts';
import { archiveOfBig, summaryOfMany } from './records.ts';
import { shareOfIdeal } from './share-of-ideal.ts';
import { startUp } from './start-up.ts';

/** Everything that is measured, in the order of the table. */
export const GROUPS: readonly Group[] = [
  ...logThroughput,
  itemRate,
  dispatchLatency,
  makespan,
  shareOfIdeal,
  counting,
  bigSequences,
  logGrep,
  follow,
  logTail,
  idle,
  deviceQueue,
  memoryOfItems,
  memoryOfMillion,
  memoryOfLogs,
  planOfMany,
  resumeOfFinished,
  query,
  summaryOfMany,
  archiveOfBig,
  startUp,
  history,
  windowStart,
  windowLaunch,
  windowLine,
  windowFlood,
  windowBigLog,
  windowItems,
  windowBundle,
];
