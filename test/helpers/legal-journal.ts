import fc from 'fast-check';
import type { DeviceRef } from '../../shared/device.ts';
import type { ItemStatus } from '../../shared/items/item.ts';
import { failure } from '../../shared/run/failure.ts';
import type { RunEvent, RunEventBody } from '../../shared/run/run-events.ts';
import type { RunState, StepState } from '../../shared/run/run-model.ts';

/** What a legal history must lead to, kept without the fold. */
interface Model {
  items: { status: ItemStatus; rank: number | null; attempts: number }[];
  workers: { phase: 'over' | 'starting' | 'running' | 'stopping'; starts: number }[];
  /** Whether nothing is handed out for want of room on the disk. */
  paused: boolean;
}

/** A legal journal with what its fold must show at the end. */
export interface LegalJournal {
  events: RunEvent[];
  itemStatuses: ItemStatus[];
  attempts: number[];
  starts: number[];
}

const DEVICE: DeviceRef = { kind: 'cpu', index: 0, uuid: null, name: 'Test processor' };
const STEP = 1;

/** Legal journals of one step: workers start, take items, judge, die and are replaced, in any order that an engine could write. */
export const legalJournal: fc.Arbitrary<LegalJournal> = fc
  .record({
    items: fc.integer({ min: 0, max: 8 }),
    ranks: fc.integer({ min: 1, max: 3 }),
    choices: fc.array(fc.nat({ max: 9_999 }), { minLength: 10, maxLength: 60, size: 'max' }),
  })
  .map(({ items, ranks, choices }) => write(items, ranks, choices));

function write(items: number, ranks: number, choices: readonly number[]): LegalJournal {
  const model: Model = {
    items: Array.from({ length: items }, () => ({ status: 'pending', rank: null, attempts: 0 })),
    workers: Array.from({ length: ranks }, () => ({ phase: 'over', starts: 0 })),
    paused: false,
  };
  const bodies = opening(items, ranks);
  for (const choice of choices) {
    const moves = legalMoves(model, choice % 10);
    const move = moves[Math.floor(choice / 10) % moves.length];
    if (move !== undefined) bodies.push(...move());
  }
  return {
    events: bodies.map((body, second) => ({ ...body, time: new Date(second * 1000).toISOString() })),
    itemStatuses: model.items.map(({ status }) => status),
    attempts: model.items.map(({ attempts }) => attempts),
    starts: model.workers.map(({ starts }) => starts),
  };
}

function opening(items: number, ranks: number): RunEventBody[] {
  const records = Array.from({ length: items }, (_, item) => {
    const file = `/data/größe-${item}.fa`;
    return { item, file, size: 10, mtime_ms: 1, cost: item + 1, relative_dir: '', origin: file };
  });
  return [
    {
      type: 'run-created',
      run: '20261121-051500-123-k3f9',
      pipeline: 'shout',
      name: null,
      steps: [{ name: 'shout', dispatch: 'queue' }],
    },
    { type: 'owner-taken', purpose: 'run', pid: 1, host: 'box' },
    { type: 'items', step: STEP, items: records },
    { type: 'step-started', step: STEP, devices: Array.from({ length: ranks }, () => DEVICE) },
  ];
}

/**
 * Moves that are legal now; a move changes the model and gives its events.
 * @param topic 0 to 9: now and then a new owner, often the workers, mostly the items
 */
function legalMoves(model: Model, topic: number): (() => RunEventBody[])[] {
  if (topic === 0) return [takeOver(model), pauseMove(model)];
  if (topic < 4) return [...model.workers.keys()].flatMap((rank) => workerMoves(model, rank));
  return [...model.items.keys()].flatMap((item) => itemMoves(model, item, topic === 9));
}

function takeOver(model: Model): () => RunEventBody[] {
  return () => {
    model.paused = false;
    return [{ type: 'owner-taken', purpose: 'resume', pid: 2, host: 'box' }];
  };
}

function pauseMove(model: Model): () => RunEventBody[] {
  return () => {
    model.paused = !model.paused;
    return model.paused
      ? [{ type: 'dispatch-paused', step: STEP, path: '/data', free: 10, resumes_at: 20 }]
      : [{ type: 'dispatch-resumed', step: STEP, path: '/data', free: 30 }];
  };
}

function workerMoves(model: Model, rank: number): (() => RunEventBody[])[] {
  const worker = model.workers[rank];
  if (worker === undefined) return [];
  const at = { step: STEP, rank };
  if (worker.phase === 'over') {
    return [
      () => [{ type: 'worker-waiting', ...at, start: worker.starts + 1, reason: 'waiting 8 s', until: null }],
      () => [{ type: 'device-left', ...at, device: DEVICE, reason: 'it is gone' }],
      () => [{ type: 'device-returned', ...at, device: DEVICE, reason: 'it is back' }],
      () => {
        worker.phase = 'starting';
        worker.starts += 1;
        const offsets = { log_offset: worker.starts * 100, report_offset: 0 };
        return [
          {
            type: 'worker-starting',
            ...at,
            start: worker.starts,
            device: DEVICE,
            fifo: null,
            ...offsets,
            reason: null,
          },
        ];
      },
    ];
  }
  const end = (): RunEventBody[] => endWorker(model, rank);
  if (worker.phase === 'stopping') return [end];
  const stop = (): RunEventBody[] => {
    worker.phase = 'stopping';
    return [{ type: 'worker-stopping', ...at, cause: 'timeout' }];
  };
  const lower = (): RunEventBody[] => [
    { type: 'parameter-lowered', ...at, parameter: 'batch_size', from: 8, to: 4, evidence: 'out of memory' },
  ];
  const stall = (): RunEventBody[] => [{ type: 'worker-stalled', ...at, item: null, seconds: 600, action: 'warn' }];
  if (worker.phase === 'running') return [stop, end, lower, stall];
  const run = (): RunEventBody[] => {
    worker.phase = 'running';
    return [{ type: 'worker-running', ...at, pid: 9, pgid: 9, start_time: 1, boot_id: 'boot' }];
  };
  return [run, run, run, run, stop, end];
}

/** What a worker held when it ended is released, as after a stop. */
function endWorker(model: Model, rank: number): RunEventBody[] {
  const worker = model.workers[rank];
  if (worker !== undefined) worker.phase = 'over';
  const held = model.items.flatMap((item, index) => (item.status === 'running' && item.rank === rank ? [index] : []));
  for (const index of held) release(model, index);
  const released: RunEventBody[] =
    held.length > 0 ? [{ type: 'items-released', step: STEP, items: held, reason: 'stopped' }] : [];
  const ending = { outcome: 'stopped', exit_code: null, signal: 'SIGTERM', failure: null, log_offset: 900 } as const;
  return [{ type: 'worker-ended', step: STEP, rank, ...ending }, ...released];
}

function release(model: Model, index: number): void {
  const item = model.items[index];
  if (item === undefined) return;
  item.status = 'pending';
  item.attempts -= 1;
}

function itemMoves(model: Model, index: number, maySkip: boolean): (() => RunEventBody[])[] {
  const item = model.items[index];
  if (item === undefined) return [];
  if (item.status === 'pending')
    return [...dispatchMoves(model, item, index), ...(maySkip ? [skipMove(item, index)] : [])];
  const reset = (): RunEventBody[] => {
    item.status = 'pending';
    item.attempts = 0;
    return [{ type: 'items-reset', step: STEP, items: [index], reason: 'retry', detail: '' }];
  };
  if (item.status !== 'running' || item.rank === null) return [reset];
  const judged = { step: STEP, rank: item.rank, item: index, log_offset: 700, seconds: 1 };
  return [
    () => {
      item.status = 'complete';
      return [{ type: 'item-complete', ...judged, outputs: ['/out/a'] }];
    },
    () => {
      item.status = 'failed';
      return [{ type: 'item-failed', ...judged, final: true, failure: failure('exit-code', 'exit code 3') }];
    },
    () => {
      item.status = 'pending';
      return [{ type: 'item-failed', ...judged, final: false, failure: failure('timeout', '9 s') }];
    },
  ];
}

function skipMove(item: Model['items'][number], index: number): () => RunEventBody[] {
  return () => {
    item.status = 'skipped';
    return [{ type: 'items-skipped', step: STEP, items: [index], reason: 'what it comes from has failed' }];
  };
}

function dispatchMoves(model: Model, item: Model['items'][number], index: number): (() => RunEventBody[])[] {
  return model.workers.flatMap((worker, rank) => {
    if (worker.phase !== 'running') return [];
    return [
      () => {
        Object.assign(item, { status: 'running', rank, attempts: item.attempts + 1 });
        const given = { step: STEP, rank, items: [index] };
        return [
          { type: 'dispatching', ...given, log_offset: 500, report_offset: 50 },
          { type: 'dispatched', ...given },
        ];
      },
    ];
  });
}

/** What is wrong with a state that no event may ever lead to; empty when it is legal. */
export function contradictions(state: RunState): string[] {
  return state.steps.flatMap((step) => [...wrongCounts(step), ...wrongWorkers(step)]);
}

function wrongCounts(step: StepState): string[] {
  const wrong: string[] = [];
  const { total, ...byStatus } = step.counts;
  if (total !== step.items.length) wrong.push(`total is ${total} of ${step.items.length} items`);
  for (const [status, count] of Object.entries(byStatus)) {
    const real = [...step.items].filter((item) => item.status === status).length;
    if (count !== real) wrong.push(`${status} is counted ${count} times and is ${real}`);
  }
  return wrong;
}

function wrongWorkers(step: StepState): string[] {
  return step.workers.flatMap((worker, rank) => {
    const wrong: string[] = [];
    const having = (status: ItemStatus): number[] =>
      [...step.items].filter((item) => item.status === status && item.rank === rank).map(({ item }) => item);
    if (worker.rank !== rank) wrong.push(`worker ${worker.rank} stands at ${rank}`);
    if (worker.complete !== having('complete').length) wrong.push(`worker ${rank} counts ${worker.complete} complete`);
    if (worker.failed !== having('failed').length) wrong.push(`worker ${rank} counts ${worker.failed} failed`);
    const holding = [...worker.holding];
    if (worker.holding.length !== holding.length || worker.holding.first !== holding[0])
      wrong.push(`worker ${rank} holds ${worker.holding.length} items, ${worker.holding.first} first`);
    if (holding.toSorted((a, b) => a - b).join() !== having('running').join())
      wrong.push(`worker ${rank} holds ${holding.join()}`);
    return wrong;
  });
}
