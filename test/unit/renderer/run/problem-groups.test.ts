import { describe, expect, it } from 'vitest';
import { failureGroups } from '../../../../renderer/run/problem-groups.ts';
import type { DeviceRef } from '../../../../shared/device.ts';
import type { Dispatch } from '../../../../shared/pipeline/pipeline.ts';
import { type FailureReason, failure } from '../../../../shared/run/failure.ts';
import type { RunEvent, RunEventBody } from '../../../../shared/run/run-events.ts';
import { emptyRunState, type RunState } from '../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../shared/run/run-state.ts';

const DEVICE: DeviceRef = { kind: 'nvidia', index: 3, uuid: 'GPU-1', name: 'H200' };
const at = (body: RunEventBody): RunEvent => ({ ...body, time: '2026-11-21T05:15:00.000Z' });

/** A run whose items failed from these causes, each on worker 0 at an offset of its own. */
function runWith(
  reasons: readonly FailureReason[],
  workerReason: FailureReason | null,
  dispatch: Dispatch = 'queue',
): RunState {
  const items = reasons.map((_, item) => ({
    item,
    file: `/in/f${item}.fa`,
    size: 1,
    mtime_ms: 0,
    cost: 1,
    relative_dir: '',
    origin: '',
  }));
  const events = [
    at({ type: 'run-created', run: 'r', pipeline: 'p', name: null, steps: [{ name: 'embed', dispatch }] }),
    at({ type: 'step-started', step: 1, devices: [DEVICE] }),
    at({ type: 'items', step: 1, items }),
    at({
      type: 'worker-starting',
      step: 1,
      rank: 0,
      start: 1,
      device: DEVICE,
      fifo: null,
      log_offset: 7,
      report_offset: 0,
      reason: null,
    }),
    ...reasons.flatMap((reason, item) => [
      at({ type: 'dispatching', step: 1, rank: 0, items: [item], log_offset: item * 100, report_offset: 0 }),
      at({
        type: 'item-failed',
        step: 1,
        rank: 0,
        item,
        log_offset: 0,
        seconds: 1,
        final: true,
        failure: failure(reason, 'seen'),
      }),
    ]),
    at({
      type: 'worker-ended',
      step: 1,
      rank: 0,
      outcome: 'failed',
      exit_code: 1,
      signal: null,
      failure: workerReason === null ? null : failure(workerReason, 'last line'),
      log_offset: 0,
    }),
  ];
  return events.reduce(applyRunEvent, emptyRunState());
}

describe('what failed in a run', () => {
  it('is grouped by cause, the most frequent first, with what to do', () => {
    const groups = failureGroups(runWith(['timeout', 'output-missing', 'output-missing'], null));
    expect(groups.map(({ reason, failed }) => [reason, failed.map(({ what }) => what)])).toEqual([
      ['output-missing', ['f1.fa', 'f2.fa']],
      ['timeout', ['f0.fa']],
    ]);
    expect(groups[0]?.advice).toMatch(/see its log/);
  });

  it('says where in which log it stands', () => {
    const [group] = failureGroups(runWith(['timeout', 'timeout'], null));
    expect(group?.failed.map(({ log }) => log)).toEqual([
      { step: 1, source: 'worker_0', offset: 0 },
      { step: 1, source: 'worker_0', offset: 100 },
    ]);
  });

  it('names a worker that failed for a reason of its own', () => {
    const groups = failureGroups(runWith(['timeout'], 'device-lost'));
    expect(groups.find(({ reason }) => reason === 'device-lost')?.failed[0]).toMatchObject({
      what: 'Worker 0',
      detail: 'GPU 3, embed',
      log: { step: 1, source: 'worker_0', offset: 7 },
    });
  });

  it('does not tell of a worker what its item tells already', () => {
    const told = (state: RunState): number => failureGroups(state).flatMap(({ failed }) => failed).length;
    expect(told(runWith(['missing-module'], 'missing-module'))).toBe(1);
    expect(told(runWith(['missing-module'], 'exit-code', 'each'))).toBe(1);
  });

  it('is nothing when a worker was ended by us', () => {
    expect(failureGroups(runWith([], 'killed-by-us'))).toEqual([]);
  });
});
