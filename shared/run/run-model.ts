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
 * Where a worker's present work begins: with its start until its first item is judged, then with each item that is handed to it, or with the end of
 * the item before where it has a whole list.
 */
interface WorkInHand {
  /** Offset in its log, in bytes. */
  from: number;
  /** ISO time. */
  since: string | null;
  /** Whether it has not ended any item since its start: what it printed while it loaded belongs to its first one. */
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
  /** Requests to a model that the tokens belong to. */
  requests: number;
  /** What its reports counted, added up. */
  counters: Counters;
  time: WorkerTime;
  /** Items handed out and not yet judged, in the order given. */
  holding: Holding;
  /** False between `dispatching` and `dispatched`: after a crash nobody knows whether the worker has the item. */
  handed_over: boolean;
  /** Where each start begins in the worker's log, in bytes. */
  start_offsets: number[];
  /** The offset of the report file at the latest start. */
  report_offset: number;
  /** What it is at now: only what comes after that explains how it ends. */
  work: WorkInHand;
  /** Why it is not started now, and when it will be, where that is known; null when it does not wait. */
  waiting: { reason: string; until: string | null } | null;
  /** Why its device takes no part now; null while it does. */
  left: { reason: string; since: string } | null;
  /** How many times parameters had been lowered when it was started. */
  lowered: number;
}

/** A parameter that was lowered as a device ran out of memory; it stays so for the rest of the step. */
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
  /** In the order of time; the last of a parameter holds. */
  lowered: LoweredParameter[];
  /** Why it could not go on, where its items do not say it. */
  reason: string | null;
  /** Why nothing is handed out at present; null while it is. */
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
  /** Things done by hand or by a new owner, with times: resume, retry, stop. */
  interventions: { time: string; what: string }[];
  /** How long engines have worked on it. */
  worked: WorkedTime;
  /** By so many milliseconds the clock of the machine is ahead of the one with which the present engine took the run. */
  clock: number;
  /** The time of the latest event by that clock: after a crash, the last moment that is known. */
  latest: string | null;
  /** Checksums of what was asked at the launch, in the forms of the releases that had the run. */
  asked: string[];
  /** Events so far: where in its journal it is. */
  events: number;
  /** Events that were not legal where they stood; 0 unless the journal was damaged. */
  ignored: number;
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
    interventions: [],
    worked: NOT_WORKED,
    clock: 0,
    latest: null,
    asked: [],
    events: 0,
    ignored: 0,
  };
}

/** Why a step hands out nothing now: a disk that it writes to is nearly full. What runs goes on. */
export interface DispatchPause {
  /** Where the disk begins in the tree of folders: `/data`. */
  path: string;
  /** What was free when it was last told. */
  free: number;
  /** So much has to be free before it goes on. */
  resumes_at: number;
  /** What these two count: files that can still be made on the disk; bytes where nothing is said. */
  unit?: PauseUnit | undefined;
  /** ISO time. */
  since: string;
}

/** The pauses of a step that are over. */
export interface PausesTaken {
  times: number;
  seconds: number;
}

/**
 * Where the time of a step's workers went, folded from the journal. A step has one session per engine that worked on it: from its
 * `step-started` to its `step-ended`, or to the last word of an engine that died. What lies between two sessions counts for nobody.
 * All sums are seconds, all moments milliseconds since 1970.
 */
export interface StepTime {
  /** Of the sessions that are over. */
  makespan: number;
  /** The same times the ranks that each session had: the time in which there could have been work. */
  capacity: number;
  /** When the present session began; null between sessions. */
  begun: number | null;
  /** Ranks of the present or latest session. */
  ranks: number;
  /** Items that had a final state when that session began, their cost, and the times of those that were complete. */
  before: { items: number; cost: number; times: ItemTimes };
}

export interface WorkerTime {
  /** At work on items, whatever came of the attempts. */
  busy: number;
  /** From the start of a process to the beginning of its first item: mostly the load of its model. */
  load: number;
  /** From its last item to the end of the last one of any rank. */
  tail: number;
  /** Since when it has an item; null when it has none. */
  since: number | null;
  /** When its process was started, until its first item has ended; null else. */
  loading: number | null;
  /** When it last ended something in this session. */
  last: number | null;
}

/** How long engines have worked on a run; what lies between two of them counts for nobody. */
export interface WorkedTime {
  /** Of the sessions that are over. */
  seconds: number;
  /** ISO time of the beginning of the present session; null between sessions. */
  begun: string | null;
}

const NOT_WORKED: WorkedTime = { seconds: 0, begun: null };

/** So many items and their cost. */
export interface WorkAmount {
  items: number;
  cost: number;
}

/**
 * Sums over items whose time is known: what the time of an item is estimated from. Those behind `weight` are weighted: large items take long and
 * scatter by much, so each counts by the square of what its time is likely to be.
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
