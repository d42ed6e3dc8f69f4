import type { DeviceRef } from '../device.ts';
import { workerId } from '../ids.ts';
import { Holding } from '../items/holding.ts';
import { beginAttempt, changeItems, judgeItem } from './fold-items.ts';
import type { RunEvent } from './run-events.ts';
import type { StepState, WorkerRecord } from './run-model.ts';
import { timeOfDay } from './run-time.ts';
import { beginStarting, newWorkerTime, stopLoading } from './step-times.ts';
import { NO_COUNTERS, NO_TOKENS } from './tokens.ts';
import { isOver, nextWorkerState, type WorkerEvent } from './worker-state.ts';

/** An event of one worker of a step. */
type RankEvent = Extract<RunEvent, { rank: number }>;

/**
 * Applies an event of a worker to the worker and to the items that it holds.
 * @returns false, and changes nothing, for an event that is not legal in the current state
 */
export function applyToWorker(step: StepState, event: RankEvent): boolean {
  const known = step.workers[event.rank];
  if (event.type === 'worker-starting' && (known === undefined || isOver(known.state)))
    ensureWorker(step, event.rank, event.device);
  const worker = step.workers[event.rank];
  if (worker === undefined) return false;
  switch (event.type) {
    case 'worker-starting': {
      if (!move(worker, { type: 'start', start: event.start })) return false;
      worker.starts = event.start;
      worker.started ??= event.time;
      worker.ended = null;
      worker.fifo = event.fifo;
      worker.start_offsets.push(event.log_offset);
      worker.report_offset = event.report_offset;
      worker.work = { from: event.log_offset, since: timeOfDay(event), is_first: true };
      worker.waiting = null;
      worker.lowered = step.lowered.length;
      beginStarting(step, worker, event.time);
      return true;
    }
    case 'worker-waiting':
      if (!isOver(worker.state)) return false;
      worker.waiting = { reason: event.reason, until: event.until };
      return true;
    case 'worker-running':
      return move(worker, {
        type: 'running',
        process: {
          pid: event.pid,
          pgid: event.pgid,
          start_time: event.start_time,
          boot_id: event.boot_id,
          pid_namespace: event.pid_namespace,
          leader_start: event.leader_start,
        },
      });
    case 'worker-stopping':
      return move(worker, { type: 'stop', cause: event.cause });
    case 'worker-ended':
      return endWorker(worker, event);
    case 'tokens':
      worker.tokens = event.tokens;
      worker.requests = event.requests ?? worker.requests;
      return true;
    case 'parameter-lowered':
      step.lowered.push({ parameter: event.parameter, from: event.from, to: event.to });
      return true;
    case 'device-left':
      worker.left = { reason: event.reason, since: timeOfDay(event) };
      worker.waiting = null;
      return true;
    case 'device-returned':
      worker.left = null;
      return true;
    case 'worker-adopted':
    case 'worker-stalled':
      return true;
    case 'dispatching':
      if (!changeItems(step, event.items, (item) => beginAttempt(step, worker, item, event))) return false;
      worker.handed_over = false;
      if (!worker.work.is_first) worker.work = { from: event.log_offset, since: timeOfDay(event), is_first: false };
      return true;
    case 'dispatched':
      worker.handed_over = true;
      return true;
    case 'item-complete':
    case 'item-failed':
      if (!judgeItem(step, worker, event)) return false;
      worker.work = { from: event.log_offset, since: timeOfDay(event), is_first: false };
      return true;
    default:
      event satisfies never;
      return false;
  }
}

/** Creates the worker of a rank, on its device. */
export function ensureWorker(step: StepState, rank: number, device: DeviceRef): void {
  const known = step.workers[rank];
  if (known !== undefined) {
    known.device = device;
    return;
  }
  // A damaged journal may name a rank before the lower ones; ranks stay consecutive.
  if (rank !== step.workers.length) return;
  step.workers.push({
    rank,
    worker: workerId(rank),
    device,
    state: { status: 'pending' },
    starts: 0,
    started: null,
    ended: null,
    fifo: null,
    complete: 0,
    failed: 0,
    tokens: NO_TOKENS,
    requests: 0,
    counters: NO_COUNTERS,
    time: newWorkerTime(),
    holding: new Holding(),
    handed_over: true,
    start_offsets: [],
    report_offset: 0,
    work: { from: 0, since: null, is_first: true },
    waiting: null,
    left: null,
    lowered: 0,
  });
}

function endWorker(worker: WorkerRecord, event: Extract<RunEvent, { type: 'worker-ended' }>): boolean {
  const { outcome, exit_code, signal, failure } = event;
  if (!move(worker, { type: 'ended', outcome, exit_code, signal, failure })) return false;
  worker.ended = event.time;
  stopLoading(worker, event.time);
  return true;
}

function move(worker: WorkerRecord, event: WorkerEvent): boolean {
  const next = nextWorkerState(worker.state, event);
  if (next === null) return false;
  worker.state = next;
  return true;
}
