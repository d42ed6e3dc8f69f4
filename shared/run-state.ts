import type { DeviceRef } from './device.ts';
import { beginPause, type DispatchPause, endPause, NO_PAUSES, type PausesTaken } from './dispatch-pause.ts';
import type { Failure } from './failure.ts';
import { addItems, forItems, releaseItem, resetItem, skipItem } from './fold-items.ts';
import { applyToWorker, ensureWorker } from './fold-worker.ts';
import type { Holding } from './items/holding.ts';
import { ItemTable } from './items/item-table.ts';
import type { Dispatch } from './pipeline.ts';
import type { ItemCounts, ItemRecord, RunEndStatus, RunEvent } from './run-events.ts';
import { isOverStatus, type JournalStatus, nextJournalStatus } from './run-lifecycle.ts';
import { beginSession, endSession, NOT_WORKED, onSessionClock, timeOfDay, type WorkedTime } from './run-time.ts';
import { closeSession, NO_STEP_TIME, openSession, type StepTime, type WorkerTime } from './step-times.ts';
import type { Counters, Tokens } from './tokens.ts';
import { type WorkerState } from './worker-state.ts';

export type ItemStatus = 'pending' | 'running' | 'complete' | 'failed' | 'skipped';
type StepStatus = 'pending' | 'running' | RunEndStatus;

/** An item as it is now: a view of a row of its step's table. It has getters, so its values do not come along when it is spread. */
export interface ItemState extends Readonly<ItemRecord> {
  readonly status: ItemStatus;
  /** Attempts begun, the current one included; reset by a retry or a changed input. */
  readonly attempts: number;
  /** The rank that has it or had it last. */
  readonly rank: number | null;
  /** Byte ranges of the worker's log that belong to it, one per attempt: [rank, from, to]; `to` is null while it runs. */
  readonly spans: [rank: number, from: number, to: number | null][];
  /** Where its reports begin in the rank's report file. */
  readonly report_offset: number;
  readonly seconds: number | null;
  readonly outputs: string[];
  readonly failure: Failure | null;
}

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

/**
 * The one fold of a run: engine, command and window all use it, history is the same fold over a file.
 * It changes the state it is given and returns it, as an accumulator of 100,000 items cannot be copied per event;
 * the result depends on the events alone. Illegal events change nothing but `events` and `ignored`.
 */
export function applyRunEvent(state: RunState, event: RunEvent): RunState {
  state.events += 1;
  if (event.type === 'owner-taken') state.clock = 0;
  if (event.type === 'clock-set') state.clock += event.milliseconds;
  const told = onSessionClock(state, event);
  if (!apply(state, told)) state.ignored += 1;
  if (state.run !== '') state.latest = told.time;
  return state;
}

/** @returns false, and changes nothing, for an event that is not legal where it stands */
function apply(state: RunState, event: RunEvent): boolean {
  if (event.type === 'run-created') return create(state, event);
  if (state.run === '') return false;
  switch (event.type) {
    case 'owner-taken':
      return takeOwner(state, event);
    case 'stop-requested':
      state.stop = { by: event.by, force: event.force };
      state.interventions.push({
        time: timeOfDay(event),
        what: event.force ? `forced stop by ${event.by}` : `stop by ${event.by}`,
      });
      state.status = nextJournalStatus(state.status, event);
      return true;
    case 'clock-set':
      return true;
    case 'run-ended':
      state.status = nextJournalStatus(state.status, event);
      state.ended = timeOfDay(event);
      state.worked = endSession(state, event.time);
      return true;
    default:
      return applyToStep(state, event);
  }
}

type StepEvent = Exclude<
  RunEvent,
  { type: 'run-created' | 'owner-taken' | 'stop-requested' | 'clock-set' | 'run-ended' }
>;

function applyToStep(state: RunState, event: StepEvent): boolean {
  const step = state.steps[event.step - 1];
  if (step === undefined) return false;
  switch (event.type) {
    case 'step-started':
      step.status = 'running';
      step.started ??= event.time;
      step.ended = null;
      step.reason = null;
      endPause(step, state.latest ?? event.time);
      for (const worker of step.workers) Object.assign(worker, { waiting: null, left: null });
      event.devices.forEach((device, rank) => ensureWorker(step, rank, device));
      closeSession(step, state.latest ?? event.time);
      openSession(step, event.devices.length, event.time);
      return true;
    case 'step-ended':
      step.status = event.status;
      step.ended = event.time;
      step.reason = event.reason ?? null;
      endPause(step, event.time);
      for (const worker of step.workers) worker.waiting = null;
      closeSession(step, event.time);
      return true;
    case 'dispatch-paused':
      return beginPause(step, event);
    case 'dispatch-resumed':
      return endPause(step, event.time);
    case 'items':
      return addItems(step, event.items);
    case 'items-reset':
      if (!forItems(step, event.items, (item) => resetItem(step, item))) return false;
      for (const record of event.records ?? []) step.items.update(record);
      return true;
    case 'items-skipped':
      return forItems(step, event.items, (item) => skipItem(step, item));
    case 'items-released':
      return forItems(step, event.items, (item) => releaseItem(step, item, event.time));
    case 'dispatching':
    case 'dispatched':
    case 'item-complete':
    case 'item-failed':
    case 'worker-waiting':
    case 'worker-starting':
    case 'worker-running':
    case 'worker-stalled':
    case 'worker-stopping':
    case 'worker-ended':
    case 'worker-adopted':
    case 'tokens':
    case 'parameter-lowered':
    case 'device-left':
    case 'device-returned':
      return applyToWorker(step, event);
    default:
      // A type that this version does not know, from a damaged journal or a newer version.
      event satisfies never;
      return false;
  }
}

function create(state: RunState, event: Extract<RunEvent, { type: 'run-created' }>): boolean {
  if (state.run !== '') return false;
  state.run = event.run;
  state.pipeline = event.pipeline;
  state.name = event.name;
  state.created = event.time;
  if (event.asked !== undefined) state.asked.push(event.asked);
  state.steps = event.steps.map((step, index) => ({
    step: index + 1,
    name: step.name,
    dispatch: step.dispatch,
    status: 'pending',
    started: null,
    ended: null,
    items: new ItemTable(),
    counts: { total: 0, complete: 0, failed: 0, pending: 0, running: 0, skipped: 0 },
    time: { ...NO_STEP_TIME },
    workers: [],
    lowered: [],
    reason: null,
    pause: null,
    paused: NO_PAUSES,
  }));
  return true;
}

function takeOwner(state: RunState, event: Extract<RunEvent, { type: 'owner-taken' }>): boolean {
  state.status = nextJournalStatus(state.status, event);
  if (event.asked !== undefined) state.asked.push(event.asked);
  state.started ??= event.time;
  state.ended = null;
  state.worked = beginSession(state, event.time);
  state.stop = null;
  // Whoever had the run before is gone, and what it was doing ended with its last word.
  for (const step of state.steps) {
    endPause(step, state.latest ?? event.time);
    closeSession(step, state.latest ?? event.time);
  }
  if (event.purpose !== 'run') state.interventions.push({ time: event.time, what: event.purpose });
  return true;
}

/** The counts of all steps known so far: items × steps. */
export function totalCounts(state: RunState): ItemCounts {
  const total: ItemCounts = { total: 0, complete: 0, failed: 0, pending: 0, running: 0, skipped: 0 };
  for (const step of state.steps) {
    for (const key of Object.keys(total) as (keyof ItemCounts)[]) total[key] += step.counts[key];
  }
  return total;
}

/** Whether the journal says that the run has ended. */
export function hasEnded(state: RunState): boolean {
  return isOverStatus(state.status);
}
