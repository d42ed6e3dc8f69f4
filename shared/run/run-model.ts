import type { DeviceRef } from '../device.ts';
import type { Holding } from '../items/holding.ts';
import { ItemTable } from '../items/item-table.ts';
import type { Dispatch } from '../pipeline/pipeline.ts';
import type { ItemCounts, PauseUnit, RunEndStatus } from './run-events.ts';
import type { JournalStatus } from './run-lifecycle.ts';
import type { Counters, Tokens } from './tokens.ts';
import type { WorkerState } from './worker-state.ts';

type StepStatus = 'pending' | 'running' | RunEndStatus;

/**
 * Where the current work of a worker begins: at its start until its first item is judged, then at the hand-out of each item, or at the end of
 * the previous item where it has a whole list.
 */
interface CurrentWork {
  /** Offset in its log, in bytes. */
  from: number;
  /** ISO time. */
  since: string | null;
  /** Whether it has not ended any item since its start: what it printed while loading belongs to its first item. */
  is_first: boolean;
}

export interface WorkerRecord {
  rank: number;
  worker: string;
  device: DeviceRef;
  state: WorkerState;
  /** Starts so far. */
  starts: number;
  started: string | null;
  ended: string | null;
  fifo: string | null;
  complete: number;
  failed: number;
  tokens: Tokens;
  /** The number of model requests that used the tokens. */
  requests: number;
  /** The sums of the counters in its reports. */
  counters: Counters;
  time: WorkerTime;
  /** Items that were handed out and are not judged yet, in the order given. */
  holding: Holding;
  /** False between `dispatching` and `dispatched`: after a crash in between, it is unknown whether the worker has the item. */
  handed_over: boolean;
  /** The offset in the worker's log of each start, in bytes. */
  start_offsets: number[];
  /** The offset of the report file at the latest start. */
  report_offset: number;
  /** Its current work: only output after that point can explain how it ends. */
  work: CurrentWork;
  /** Why it is not started now, and until when, where that is known; null when it does not wait. */
  waiting: { reason: string; until: string | null } | null;
  /** Why its device is out of the pool; null while it is in the pool. */
  left: { reason: string; since: string } | null;
  /** How often parameters had been lowered when it was started. */
  lowered: number;
}

/** A parameter that was lowered because a device ran out of memory; it stays lowered for the rest of the step. */
export interface LoweredParameter {
  parameter: string;
  from: number;
  to: number;
}

export interface StepState {
  step: number;
  name: string;
  dispatch: Dispatch;
  status: StepStatus;
  started: string | null;
  ended: string | null;
  items: ItemTable;
  counts: ItemCounts;
  time: StepTime;
  workers: WorkerRecord[];
  /** In the order of time; the last value of a parameter is valid. */
  lowered: LoweredParameter[];
  /** Why it could not go on, when its items do not show it. */
  reason: string | null;
  /** Why no items are handed out at present; null when they are. */
  pause: DispatchPause | null;
  /** Earlier pauses. */
  paused: PausesTaken;
}

export interface RunState {
  run: string;
  pipeline: string;
  name: string | null;
  status: JournalStatus;
  created: string | null;
  started: string | null;
  ended: string | null;
  steps: StepState[];
  stop: { by: string; force: boolean } | null;
  /** What it waits for, or waited for last; null for a run that was started at once. */
  queue: QueueState | null;
  /** Actions of a person or of a new owner, with times: resume, retry, stop. */
  interventions: { time: string; what: string }[];
  /** How long engines have worked on it. */
  worked: WorkedTime;
  /** How far the machine's clock has moved ahead since the present engine took the run, in milliseconds. */
  clock: number;
  /** The time of the latest event by that clock: after a crash, the last known moment. */
  latest: string | null;
  /** Checksums of the launch request, in the formats of the releases that have owned the run. */
  asked: string[];
  /** The number of events so far, which is the position in its journal. */
  events: number;
  /** The number of events that were illegal in their state; 0 unless the journal was damaged. */
  ignored: number;
}

/** A run's place in the queue of those that wait for devices. */
export interface QueueState {
  /** ISO time. */
  since: string;
  devices: readonly DeviceRef[];
  /** How many of the devices it waits for. */
  count: number;
  /** Milliseconds since 1970. */
  position: number;
  /** Bytes that have to be free on each. */
  memory: number;
  predicted_seconds: number | null;
  /** The devices that it got; null while it waits. */
  granted: readonly DeviceRef[] | null;
}

/** The state before the first event. */
export function emptyRunState(): RunState {
  return {
    run: '',
    pipeline: '',
    name: null,
    status: 'pending',
    created: null,
    started: null,
    ended: null,
    steps: [],
    stop: null,
    queue: null,
    interventions: [],
    worked: NOT_WORKED,
    clock: 0,
    latest: null,
    asked: [],
    events: 0,
    ignored: 0,
  };
}

/** Why a step hands out no items now: a disk that it writes to is nearly full. Running items go on. */
export interface DispatchPause {
  /** The mount point of the disk: `/data`. */
  path: string;
  /** The free amount in the latest report. */
  free: number;
  /** The amount that has to be free before it goes on. */
  resumes_at: number;
  /** The unit of these two: `files` that can still be created on the disk; bytes when it is absent. */
  unit?: PauseUnit | undefined;
  /** ISO time. */
  since: string;
}

/** The ended pauses of a step. */
export interface PausesTaken {
  times: number;
  seconds: number;
}

/**
 * How the workers of a step spent their time, folded from the journal. A step has one session per engine that worked on it: from its
 * `step-started` to its `step-ended`, or to the last event of an engine that died. The time between two sessions is not counted.
 * All sums are seconds, all moments milliseconds since 1970.
 */
export interface StepTime {
  /** The total length of the ended sessions. */
  makespan: number;
  /** The same, each session multiplied by its number of ranks: the time in which work was possible. */
  capacity: number;
  /** When the present session began; null between sessions. */
  begun: number | null;
  /** Number of ranks of the present or latest session. */
  ranks: number;
  /** Items that had a final state when that session began, their cost, and the times of the complete ones. */
  before: { items: number; cost: number; times: ItemTimes };
}

export interface WorkerTime {
  /** Time spent on items, whatever the results of the attempts. */
  busy: number;
  /** From the start of a process to the beginning of its first item: mostly model loading. */
  load: number;
  /** From its last item to the end of the last item of any rank. */
  tail: number;
  /** When it began with its current item; null when it has none. */
  since: number | null;
  /** When its process was started, until its first item has ended; null otherwise. */
  loading: number | null;
  /** The time of its latest end of an item or process in this session. */
  last: number | null;
}

/** How long engines have worked on a run; the time between two of them is not counted. */
export interface WorkedTime {
  /** The total length of the ended sessions. */
  seconds: number;
  /** ISO time of the beginning of the present session; null between sessions. */
  begun: string | null;
}

const NOT_WORKED: WorkedTime = { seconds: 0, begun: null };

/** A number of items and their cost. */
export interface WorkAmount {
  items: number;
  cost: number;
}

/**
 * Sums over items whose time is known, from which the time of an item is estimated. The sums from `weight` on are weighted: large items take
 * long and their times scatter widely, so each item is weighted by the square of its likely time.
 */
export interface ItemTimes {
  items: number;
  cost: number;
  seconds: number;
  weight: number;
  weightedCost: number;
  weightedSeconds: number;
  costSquares: number;
  secondsSquares: number;
  costTimesSeconds: number;
}
