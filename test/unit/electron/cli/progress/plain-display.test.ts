import { describe, expect, it } from 'vitest';
import { PlainDisplay } from '../../../../../electron/cli/progress/plain-display.ts';
import { ProgressModel } from '../../../../../shared/run/progress-model.ts';
import type { RunEvent } from '../../../../../shared/run/run-events.ts';
import { completes, eventAt, fails, handsOut, stepBegins } from '../../../../helpers/recorded-run.ts';

/** The lines told of events, without their local times. */
function told(events: readonly RunEvent[], past = false): string[] {
  const lines: string[] = [];
  const model = new ProgressModel();
  const display = new PlainDisplay(model, (line) => lines.push(line));
  for (const event of events) {
    model.apply(event);
    display.event(event, past);
  }
  display.close();
  for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d /);
  return lines.map((line) => line.slice('05:15:02 '.length));
}

const BEGINNING = stepBegins({ dispatch: 'queue', workers: 1, costs: [1, 1] });

describe('progress in plain lines', () => {
  it('tells the beginning of a step and of its workers', () => {
    expect(told(BEGINNING)).toEqual([
      'embed: 2 items',
      'embed started with 1 worker',
      'worker_0 running on CPU slot 0 (process 1000)',
    ]);
  });

  it('tells of each item how it ended and how far the run is', () => {
    const events = [
      ...handsOut(0, 0, [0]),
      completes(2, 0, 0),
      ...handsOut(2, 0, [1]),
      fails(4, 0, 1, false),
      ...handsOut(4, 0, [1]),
      fails(6, 0, 1, true),
    ];
    expect(told([...BEGINNING, ...events]).slice(3)).toEqual([
      'worker_0 complete file-0.fa (2.1 s) 1/2',
      'warning: worker_0 attempt 1 at file-1.fa failed and will be repeated: exit-code: exit code 3',
      'error: worker_0 failed file-1.fa (2.1 s) 2/2: exit-code: exit code 3',
    ]);
  });

  it('keeps quiet about the process of every item where each has one', () => {
    expect(told(stepBegins({ dispatch: 'each', workers: 1, costs: [1] }))).toEqual([
      'embed: 1 item',
      'embed started with 1 worker',
    ]);
  });

  it('tells who asked for a stop, once and not for every worker', () => {
    const events = [
      eventAt(5, { type: 'stop-requested', by: 'drover stop', force: false }),
      eventAt(5, { type: 'worker-stopping', step: 1, rank: 0, cause: 'run-stopped' }),
    ];
    expect(told([...BEGINNING, ...events]).slice(3)).toEqual(['warning: stop requested by drover stop']);
  });

  it('tells why a single worker is stopped', () => {
    const event = eventAt(5, { type: 'worker-stopping', step: 1, rank: 0, cause: 'stalled' });
    expect(told([...BEGINNING, event]).at(-1)).toMatch(/^warning: worker_0 is being stopped: it has printed/);
  });

  it('tells that nothing is handed out for want of room on a disk, and that it goes on', () => {
    const disk = { step: 1, path: '/data' };
    const events = [
      eventAt(5, { type: 'dispatch-paused', ...disk, free: 312 * 1024 ** 2, resumes_at: 2 * 1024 ** 3 }),
      eventAt(9, { type: 'dispatch-resumed', ...disk, free: 3 * 1024 ** 3 }),
    ];
    expect(told([...BEGINNING, ...events]).slice(3)).toEqual([
      'warning: embed is paused: 312.0 MiB free on /data, goes on at 2.0 GiB; running items continue',
      'embed continues: 3.0 GiB free on /data',
    ]);
  });

  it('tells in words what the policies do', () => {
    const device = { kind: 'nvidia' as const, index: 1, uuid: 'GPU-1', name: 'NVIDIA H100' };
    const at = { step: 1, rank: 0 };
    const lowered = {
      type: 'parameter-lowered' as const,
      ...at,
      parameter: 'batch_size',
      from: 8,
      to: 4,
      evidence: '',
    };
    const ended = { exit_code: 1, signal: null, failure: null, log_offset: 0 };
    const events = [
      eventAt(5, { type: 'worker-stalled', ...at, item: 0, seconds: 600, action: 'warn' }),
      eventAt(6, lowered),
      eventAt(7, { type: 'worker-ended', ...at, outcome: 'failed', ...ended }),
      eventAt(8, {
        type: 'worker-waiting',
        ...at,
        start: 3,
        reason: 'waiting 8 s before start 3 (network-needed)',
        until: '',
      }),
      eventAt(9, { type: 'worker-waiting', ...at, start: 3, reason: 'GPU 1 has 2.0 GiB of memory free', until: null }),
      eventAt(10, { type: 'device-left', ...at, device, reason: 'device-lost: gone' }),
      eventAt(11, { type: 'device-returned', ...at, device, reason: 'the driver names it again' }),
      eventAt(12, { type: 'step-ended', step: 1, status: 'failed', reason: 'no worker is left: …' }),
    ];
    expect(told([...BEGINNING, ...events]).slice(3)).toEqual([
      'warning: worker_0 has printed and reported nothing for 600 s at file-0.fa; it is left alone',
      'warning: batch_size is lowered from 8 to 4 for the rest of embed: worker_0 ran out of device memory',
      'warning: worker_0 waiting 8 s before start 3 (network-needed)',
      'warning: worker_0 waits: GPU 1 has 2.0 GiB of memory free',
      'warning: worker_0 leaves the pool with GPU 1: device-lost: gone',
      'worker_0 returns to GPU 1: the driver names it again',
      'error: embed ended: failed: no worker is left: …',
    ]);
  });

  it('does not repeat history', () => {
    expect(told(BEGINNING, true)).toEqual([]);
  });
});
