import { ItemTable } from '../items/item-table.ts';
import { beginPause, endPause, NO_PAUSES } from './dispatch-pause.ts';
import { addItems, changeItems, releaseItem, resetItem, skipItem } from './fold-items.ts';
import { applyToWorker, ensureWorker } from './fold-worker.ts';
import type { ItemCounts, RunEvent } from './run-events.ts';
import { isOverStatus, nextJournalStatus } from './run-lifecycle.ts';
import type { RunState } from './run-model.ts';
import { beginSession, endSession, onSessionClock, timeOfDay } from './run-time.ts';
import { closeSession, NO_STEP_TIME, openSession } from './step-times.ts';

/**
 * The only fold of a run: engine, command and window all use it, and the history is the same fold over a file.
 * It changes the given state and returns it, because a state of 100,000 items cannot be copied for each event.
 * The result depends only on the events. Illegal events change nothing but `events` and `ignored`.
 */
export function applyRunEvent(state: RunState, event: RunEvent): RunState {
  state.events += 1;
  if (event.type === 'owner-taken') state.clock = 0;
  if (event.type === 'clock-set') state.clock += event.milliseconds;
  const onClock = onSessionClock(state, event);
  if (!apply(state, onClock)) state.ignored += 1;
  if (state.run !== '') state.latest = onClock.time;
  return state;
}

/** @returns false, and changes nothing, for an event that is not legal in the current state */
function apply(state: RunState, event: RunEvent): boolean {
  if (event.type === 'run-created') return create(state, event);
  if (state.run === '') return false;
  switch (event.type) {
    case 'owner-taken':
      return takeOwner(state, event);
    case 'run-queued':
    case 'queue-moved':
    case 'run-dequeued':
      return applyToQueue(state, event);
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

type QueueEvent = Extract<RunEvent, { type: 'run-queued' | 'queue-moved' | 'run-dequeued' }>;

function applyToQueue(state: RunState, event: QueueEvent): boolean {
  if (event.type === 'run-queued') {
    if (isOverStatus(state.status) || state.status === 'stopping') return false;
    const { devices, count, position, memory, predicted_seconds } = event;
    // A run that goes back to its place was queued when it was queued first.
    const since = state.queue?.granted === null ? state.queue.since : timeOfDay(event);
    state.queue = { since, devices, count, position, memory, predicted_seconds, granted: null };
    // The time in the queue is not time in which it was worked on.
    if (state.status === 'running') state.worked = endSession(state, event.time);
  } else if (state.queue === null || state.status !== 'queued') {
    return false;
  } else if (event.type === 'queue-moved') {
    state.queue = { ...state.queue, position: event.position };
  } else {
    state.queue = { ...state.queue, granted: event.devices };
    beginWork(state, event.time);
  }
  state.status = nextJournalStatus(state.status, event);
  return true;
}

function beginWork(state: RunState, time: string): void {
  state.started ??= time;
  state.worked = beginSession(state, time);
}

type StepEvent = Exclude<
  RunEvent,
  QueueEvent | { type: 'run-created' | 'owner-taken' | 'stop-requested' | 'clock-set' | 'run-ended' }
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
      if (!changeItems(step, event.items, (item) => resetItem(step, item))) return false;
      for (const record of event.records ?? []) step.items.update(record);
      return true;
    case 'items-skipped':
      return changeItems(step, event.items, (item) => skipItem(step, item));
    case 'items-released':
      return changeItems(step, event.items, (item) => releaseItem(step, item, event.time));
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
  state.ended = null;
  if (state.status !== 'queued') beginWork(state, event.time);
  state.stop = null;
  // The previous owner of the run is gone, and its sessions end with its last event.
  for (const step of state.steps) {
    endPause(step, state.latest ?? event.time);
    closeSession(step, state.latest ?? event.time);
  }
  if (event.purpose !== 'run') state.interventions.push({ time: event.time, what: event.purpose });
  return true;
}

/** Returns the counts of all steps known so far: items × steps. */
export function totalCounts(state: RunState): ItemCounts {
  const total: ItemCounts = { total: 0, complete: 0, failed: 0, pending: 0, running: 0, skipped: 0 };
  for (const step of state.steps)
    for (const key of Object.keys(total) as (keyof ItemCounts)[]) total[key] += step.counts[key];
  return total;
}

/** Whether the journal says that the run has ended. */
export function hasEnded(state: RunState): boolean {
  return isOverStatus(state.status);
}
