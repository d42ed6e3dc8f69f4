import { describe, expect, it } from 'vitest';
import { RunFold } from '../../../../renderer/store/run-fold.ts';
import type { DeviceRef } from '../../../../shared/device.ts';
import type { RunEvent, RunEventBody } from '../../../../shared/run/run-events.ts';
import { emptyRunState } from '../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../shared/run/run-state.ts';
import { type RunStatusDocument, runStatusDocument } from '../../../../shared/run/run-status.ts';

const RUN = '20261121-051500-123-k3f9';
const DEVICE: DeviceRef = { kind: 'cpu', index: 0, uuid: null, name: 'CPU' };
const ITEM = { size: 1, mtime_ms: 1, cost: 1, relative_dir: '', origin: '/in/a' };
const COUNTS = { total: 2, complete: 2, failed: 0, pending: 0, running: 0, skipped: 0 };

const at = (body: RunEventBody): RunEvent => ({ ...body, time: '2026-11-21T05:15:00.000Z' });

const begun: RunEvent[] = [
  at({ type: 'run-created', run: RUN, pipeline: 'p', name: null, steps: [{ name: 's', dispatch: 'queue' }] }),
  at({ type: 'owner-taken', purpose: 'run', pid: 1, host: 'h' }),
  at({ type: 'step-started', step: 1, devices: [DEVICE] }),
  at({ type: 'items', step: 1, items: [0, 1].map((item) => ({ ...ITEM, item, file: `/in/${item}` })) }),
];
const worked: RunEvent[] = [0, 1].flatMap((item) => [
  at({ type: 'dispatching', step: 1, rank: 0, items: [item], log_offset: 0, report_offset: 0 }),
  at({ type: 'item-complete', step: 1, rank: 0, item, log_offset: 9, seconds: 1, outputs: [] }),
]);

/** The answer of a watch that began when these events had been. */
function answer(events: readonly RunEvent[], owned = true): RunStatusDocument {
  const state = events.reduce(applyRunEvent, emptyRunState());
  return runStatusDocument(state, { directory: '/runs/x', owned, now: new Date(), logPath: () => '' });
}

describe('what a watch tells of a run', () => {
  it('is not shown before its events have caught up with what there was', () => {
    const fold = new RunFold();
    fold.begin(answer([...begun, ...worked]));
    fold.addEvents(begun);
    expect(fold.snapshot(RUN)).toBeNull();
    fold.addEvents(worked);
    expect(fold.snapshot(RUN)).toMatchObject({ run: RUN, status: 'running', live: true, directory: '/runs/x' });
  });

  it('is shown when the events came before the answer', () => {
    const fold = new RunFold();
    fold.addEvents(begun);
    expect(fold.snapshot(RUN)).toBeNull();
    fold.begin(answer(begun));
    expect(fold.snapshot(RUN)).not.toBeNull();
  });

  it('changes its version with every change', () => {
    const fold = new RunFold();
    fold.begin(answer(begun));
    fold.addEvents(begun);
    const before = fold.snapshot(RUN)?.version;
    fold.addProblems([{ step: 1, worker: 'worker_0', level: 'error', text: 'x', count: 1, offset: 0 }]);
    expect(fold.snapshot(RUN)?.version).not.toBe(before);
    expect(fold.snapshot(RUN)?.problems).toHaveLength(1);
  });

  it('keeps problems that are not told again, and counts on those that are', () => {
    const fold = new RunFold();
    fold.begin(answer(begun));
    fold.addEvents(begun);
    const first = { step: 1, worker: 'worker_0', level: 'error', text: 'x', count: 1, offset: 0 } as const;
    fold.addProblems([first]);
    fold.addProblems([{ ...first, text: 'y', offset: 9 }]);
    fold.addProblems([{ ...first, count: 3 }]);
    expect(fold.snapshot(RUN)?.problems).toEqual([
      { ...first, count: 3 },
      { ...first, text: 'y', offset: 9 },
    ]);
  });

  it('calls a run without owner interrupted', () => {
    const fold = new RunFold();
    fold.begin(answer(begun, false));
    fold.addEvents(begun);
    expect(fold.snapshot(RUN)?.status).toBe('interrupted');
  });

  it('has the status that the end tells, and is live no more', () => {
    const fold = new RunFold();
    fold.begin(answer(begun));
    fold.addEvents([...begun, ...worked, at({ type: 'run-ended', status: 'completed', items: COUNTS })]);
    fold.end('completed');
    expect(fold.snapshot(RUN)).toMatchObject({ status: 'completed', live: false });
  });
});
