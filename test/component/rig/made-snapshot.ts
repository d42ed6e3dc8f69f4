import { RunFold, type RunSnapshot } from '../../../renderer/store/run-fold.ts';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { failure } from '../../../shared/run/failure.ts';
import type { ItemRecord, RunEvent, RunEventBody } from '../../../shared/run/run-events.ts';
import type { StepState } from '../../../shared/run/run-model.ts';

export const RUN = '20261121-051500-123-k3f9';
const DEVICE = { kind: 'cpu', index: 0, uuid: null, name: 'Test processor' } as const;
/** Bytes that an item is said to have printed. */
const LOG_BYTES_PER_ITEM = 40;

interface MadeSnapshot {
  /** How many items there are; none of them is begun unless it is named below. */
  items: number;
  complete?: readonly number[];
  /** Items that failed, with what the log says. */
  failed?: Readonly<Record<number, string>>;
  problems?: readonly LogProblem[];
  /** Whether it waits for room on a disk. */
  paused?: boolean;
}

/** A run of one step and one worker, folded from the events that an engine would have journaled. */
export function madeSnapshot(made: MadeSnapshot): RunSnapshot {
  const { items, complete = [], failed = {}, problems = [], paused = false } = made;
  const fold = new RunFold();
  fold.addEvents([...beginning(items), ...complete.flatMap(completed), ...Object.entries(failed).flatMap(broken)]);
  if (paused)
    fold.addEvents([timed({ type: 'dispatch-paused', step: 1, path: '/data', free: 312e6, resumes_at: 2.1e9 })]);
  fold.addProblems(problems);
  fold.begin({ items: { total: 0, complete: 0, failed: 0 } } as Parameters<RunFold['begin']>[0]);
  const snapshot = fold.snapshot(RUN);
  if (snapshot === null) throw new Error('The made run is not whole');
  return snapshot;
}

/** The step of a made run. */
export function stepOf(snapshot: RunSnapshot): StepState {
  const [step] = snapshot.model.state.steps;
  if (step === undefined) throw new Error('The made run has no step');
  return step;
}

/** The events of a run that has begun and has so many items to do. */
export function beginning(count: number): RunEvent[] {
  const items = Array.from({ length: count }, (_, item) => madeItem(item));
  const opening = { start: 1, device: DEVICE, fifo: null, log_offset: 0, report_offset: 0, reason: null };
  return [
    timed({
      type: 'run-created',
      run: RUN,
      pipeline: 'made',
      name: null,
      steps: [{ name: 'embed', dispatch: 'queue' }],
    }),
    timed({ type: 'owner-taken', purpose: 'run', pid: 100, host: 'box' }),
    timed({ type: 'step-started', step: 1, devices: [DEVICE] }),
    timed({ type: 'items', step: 1, items }),
    timed({ type: 'worker-starting', step: 1, rank: 0, ...opening }),
    timed({ type: 'worker-running', step: 1, rank: 0, pid: 1000, pgid: 1000, start_time: 1, boot_id: 'boot' }),
  ];
}

/** Sizes are uneven, so that sorting by them moves every row. */
function madeItem(item: number): ItemRecord {
  const file = `/data/genomes/sample-${String(item).padStart(6, '0')}.fa`;
  const size = 1 + ((item * 7919) % 100_003);
  return { item, file, size, mtime_ms: 1_790_000_000_000, cost: size, relative_dir: '', origin: file };
}

function begun(item: number): RunEvent[] {
  const given = { step: 1, rank: 0, items: [item] };
  const log_offset = item * LOG_BYTES_PER_ITEM;
  return [
    timed({ type: 'dispatching', ...given, log_offset, report_offset: 0 }),
    timed({ type: 'dispatched', ...given }),
  ];
}

function completed(item: number): RunEvent[] {
  const final = { step: 1, rank: 0, item, log_offset: (item + 1) * LOG_BYTES_PER_ITEM, seconds: 1 };
  return [...begun(item), timed({ type: 'item-complete', ...final, outputs: [] })];
}

function broken([text, evidence]: [string, string]): RunEvent[] {
  const item = Number(text);
  const final = { step: 1, rank: 0, item, log_offset: (item + 1) * LOG_BYTES_PER_ITEM, seconds: 1 };
  const why = failure('missing-module', evidence);
  return [...begun(item), timed({ type: 'item-failed', ...final, final: true, failure: why })];
}

function timed(body: RunEventBody): RunEvent {
  return { ...body, time: '2026-11-21T05:15:00.123Z' };
}
