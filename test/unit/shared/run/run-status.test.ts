import { expect, test } from 'vitest';
import type { RunEvent, RunEventBody } from '../../../../shared/run/run-events.ts';
import { emptyRunState, type RunState } from '../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../shared/run/run-state.ts';
import {
  FAILED_LISTED,
  runStatusDocument,
  type StatusContext,
  succeeded,
  visibleStatus,
} from '../../../../shared/run/run-status.ts';
import { madeState } from '../../../helpers/make-run.ts';

const START = Date.parse('2026-11-21T05:15:00.000Z');
const DEVICE = { kind: 'nvidia', index: 3, uuid: 'GPU-1', name: 'Card' } as const;
const RANK_0 = { step: 1, rank: 0 };
const NO_OFFSETS = { log_offset: 0, report_offset: 0 };

/** A run of two items, one of which is three times the work of the other; rank 0 has done the light one in ten seconds. */
const HALF_DONE: RunEventBody[] = [
  {
    type: 'run-created',
    run: '20261121-051500-123-k3f9',
    pipeline: 'shout',
    name: 'Friday',
    steps: [{ name: 'shout', dispatch: 'queue' }],
  },
  { type: 'owner-taken', purpose: 'run', pid: 1, host: 'box' },
  { type: 'items', step: 1, items: [1, 3].map((cost, item) => record(item, cost)) },
  { type: 'step-started', step: 1, devices: [DEVICE] },
  { type: 'worker-starting', ...RANK_0, start: 1, device: DEVICE, fifo: null, ...NO_OFFSETS, reason: null },
  { type: 'worker-running', ...RANK_0, pid: 70, pgid: 69, start_time: 5, boot_id: 'boot' },
  { type: 'dispatching', ...RANK_0, items: [0], ...NO_OFFSETS },
  { type: 'item-complete', ...RANK_0, item: 0, log_offset: 10, seconds: 10, outputs: [] },
];
const TOKENS: RunEventBody = {
  type: 'tokens',
  ...RANK_0,
  tokens: { input_tokens: 5, output_tokens: 4, cache_read_tokens: 3, cache_creation_tokens: 2 },
};
const KILLED: RunEventBody = {
  type: 'worker-ended',
  ...RANK_0,
  outcome: 'failed',
  exit_code: null,
  signal: 'SIGKILL',
  failure: { reason: 'host-out-of-memory', evidence: 'Killed', advice: 'less' },
  log_offset: 10,
};
const ENDED: RunEventBody[] = [
  { type: 'step-ended', step: 1, status: 'completed-with-failures' },
  {
    type: 'run-ended',
    status: 'completed-with-failures',
    items: { total: 2, complete: 1, failed: 1, pending: 0, running: 0, skipped: 0 },
  },
];

function record(item: number, cost: number) {
  return { item, file: `/${item}`, size: 1, mtime_ms: 1, cost, relative_dir: '', origin: `/${item}` };
}

/** Folds events that all happened at the start. */
function fold(...bodies: RunEventBody[]): RunState {
  const time = new Date(START).toISOString();
  return bodies.map((body): RunEvent => ({ ...body, time })).reduce(applyRunEvent, emptyRunState());
}

function context(seconds: number, owned = true): StatusContext {
  return {
    directory: '/runs/shout/a',
    owned,
    now: new Date(START + seconds * 1000),
    logPath: (step, worker) => `/logs/${step}/${worker}.log`,
  };
}

test('a running worker shows its process, its device, its log and no ending', () => {
  const { workers } = runStatusDocument(fold(...HALF_DONE, TOKENS), context(10));
  expect(workers).toMatchObject([
    {
      worker: 'worker_0',
      status: 'running',
      pid: 70,
      exit_code: null,
      signal: null,
      reason: null,
      device: DEVICE,
      log: '/logs/1/worker_0.log',
      items: { complete: 1, failed: 0 },
      tokens: { input_tokens: 5 },
    },
  ]);
});

test('a worker that was killed shows the signal and the cause, and no exit code', () => {
  const { workers } = runStatusDocument(fold(...HALF_DONE, KILLED), context(10));
  expect(workers).toMatchObject([
    { status: 'failed', pid: null, exit_code: null, signal: 'SIGKILL', reason: 'host-out-of-memory' },
  ]);
});

test('the time left follows from the cost that is left, not from the number of items', () => {
  const document = runStatusDocument(fold(...HALF_DONE), context(10));
  expect(document).toMatchObject({ rate: 0.1, eta_seconds: 30 });
});

test('after a resume rate and time left go by what was done since, not by the time that nobody worked', () => {
  const state = fold(...HALF_DONE);
  const resumed: [number, RunEventBody][] = [
    [20, { type: 'dispatching', ...RANK_0, items: [1], ...NO_OFFSETS }],
    // A day later.
    [86_400, { type: 'owner-taken', purpose: 'resume', pid: 2, host: 'box' }],
    [86_400, { type: 'items-released', step: 1, items: [1], reason: 'the worker is gone' }],
    [86_400, { type: 'step-started', step: 1, devices: [DEVICE] }],
  ];
  for (const [seconds, body] of resumed)
    applyRunEvent(state, { ...body, time: new Date(START + seconds * 1000).toISOString() });
  // Nothing is done yet in this session: the one before did an item of cost 1 in 10 s of its 20 s, and 3 are left.
  expect(runStatusDocument(state, context(86_410))).toMatchObject({ rate: 0.05, eta_seconds: 36 });
  const done: RunEventBody[] = [
    { type: 'items', step: 1, items: [record(2, 1)] },
    { type: 'dispatching', ...RANK_0, items: [1], ...NO_OFFSETS },
    { type: 'item-complete', ...RANK_0, item: 1, log_offset: 10, seconds: 12, outputs: [] },
  ];
  for (const body of done) applyRunEvent(state, { ...body, time: new Date(START + 86_412_000).toISOString() });
  expect(runStatusDocument(state, context(86_412))).toMatchObject({ rate: 1 / 12, eta_seconds: 4 });
});

test('before the first item is done nothing is foretold', () => {
  const document = runStatusDocument(fold(...HALF_DONE.slice(0, -1)), context(10));
  expect(document).toMatchObject({ rate: null, eta_seconds: null });
});

test('a run that has neither ended nor an owner is interrupted, and no time left is shown', () => {
  const document = runStatusDocument(fold(...HALF_DONE), context(10, false));
  expect(document).toMatchObject({ status: 'interrupted', eta_seconds: null });
});

test('an ended run keeps its status without an owner', () => {
  const document = runStatusDocument(fold(...HALF_DONE, ...ENDED), context(10, false));
  expect(document).toMatchObject({ status: 'completed-with-failures', name: 'Friday', eta_seconds: null });
});

test('tokens of all workers are added up', () => {
  expect(runStatusDocument(fold(...HALF_DONE, TOKENS), context(10)).tokens.input_tokens).toBe(5);
});

test('a run that has only been created is interrupted unless somebody has it', () => {
  const state = fold(...HALF_DONE.slice(0, 1));
  expect([visibleStatus(state, true), visibleStatus(state, false)]).toEqual(['pending', 'interrupted']);
});

test('only `completed` means that everything asked was done', () => {
  expect(
    (['completed', 'completed-with-failures', 'failed', 'stopped', 'interrupted'] as const).filter(succeeded),
  ).toEqual(['completed']);
});

test('lists the first of the items that failed, and counts all of them', () => {
  const state = madeState({ items: 250, failEvery: 2, end: 'completed-with-failures' });
  const { failed, items: counts } = runStatusDocument(state, context(10, false));
  expect(counts.failed).toBe(125);
  expect(failed).toHaveLength(FAILED_LISTED);
  expect(failed[0]).toMatchObject({ step: 1, worker: 'worker_1', attempts: 1, reason: expect.any(String) });
  expect(runStatusDocument(fold(...HALF_DONE), context(10)).failed).toEqual([]);
});
