import { describe, expect, it } from 'vitest';
import { progressLines } from '../../../../../electron/cli/progress/progress-lines.ts';
import { paintLine } from '../../../../../electron/cli/progress/styled-line.ts';
import type { ProgressView, WorkerView } from '../../../../../shared/run/progress-model.ts';

const CANVAS = { columns: 80, rows: 24, unicode: true };

function workerView(given: Partial<WorkerView>): WorkerView {
  return {
    worker: 'worker_0',
    device: 'GPU 0',
    status: 'running',
    done: 1,
    failed: 0,
    total: 4,
    expected: 4,
    rate: 2,
    eta: null,
    file: 'a.fa',
    fileShare: null,
    utilization: null,
    memoryUsed: null,
    memoryTotal: null,
    temperature: null,
    power: null,
    onDevice: null,
    waiting: null,
    ...given,
  };
}

function textOf(workers: WorkerView[], given: Partial<ProgressView> = {}, canvas = CANVAS): string[] {
  const base = {
    step: 1,
    steps: 1,
    name: 'embed',
    done: 2,
    failed: 0,
    total: 4,
    rate: 4,
    eta: 10,
    elapsed: 3,
    tokens: 0,
    pause: null,
  };
  return progressLines({ ...base, workers, ...given }, canvas).map((line) => paintLine(line, false));
}

describe('the lines of a progress display', () => {
  it('show bar, counts, rate and file of a worker, and the end of all', () => {
    expect(textOf([workerView({ fileShare: 0.4, utilization: 97 })])).toEqual([
      'worker_0 GPU 0  ████░░░░░░░░░░░░  1/4    2.00/s   97 %  40 % of a.fa',
      'all: embed      ████████░░░░░░░░  2/4    4.00/s  3 s, ETA 10 s',
    ]);
  });

  it('say why a worker waits', () => {
    const waiting = 'waiting 8 s before start 3 (network-needed)';
    expect(textOf([workerView({ status: 'failed', file: null, waiting })])[0]).toMatch(/waiting 8 s before start 3/);
  });

  it('say in a line of its own why nothing is handed out', () => {
    const pause = { path: '/data', free: 312 * 1024 ** 2, resumes_at: 2 * 1024 ** 3, since: '2026-11-21T05:15:00Z' };
    const waiting = 'waits for room on the disk';
    const lines = textOf([workerView({ file: null, waiting })], { pause, eta: null });
    expect(lines[0]).toMatch(/waits for room on the disk$/);
    expect(lines[1]).toBe('Paused: 312.0 MiB free on /data, goes on at 2.0 GiB');
    expect(lines[2]).toMatch(/^all: embed/);
  });

  it('name the step where there are several, and count failures', () => {
    expect(textOf([], { steps: 3, step: 2, failed: 1 })[0]).toContain('step 2/3: embed');
    expect(textOf([], { failed: 1 })[0]).toMatch(/1 failed$/);
  });

  it('say of a worker at work that it was not seen on its device', () => {
    expect(textOf([workerView({ onDevice: false })])[0]).toMatch(/not on its device {2}a\.fa$/);
    expect(textOf([workerView({ onDevice: true })])[0]).not.toContain('its device');
  });

  it('use plain characters where the terminal has no others', () => {
    expect(textOf([workerView({})], {}, { ...CANVAS, unicode: false })[0]).toContain('####------------');
  });

  it.each([
    ['failed', 'failed'],
    ['lost', 'lost'],
    ['stopping', 'stopping'],
    ['completed', 'done'],
    ['starting', 'starting'],
    ['running', 'waiting'],
  ] as const)('say of a worker that is %s and has no file: %s', (status, word) => {
    expect(textOf([workerView({ status, file: null })])[0]?.endsWith(word)).toBe(true);
  });

  it('leave out idle workers first where not all have room', () => {
    const workers = Array.from({ length: 30 }, (_, rank) =>
      workerView({ worker: `worker_${rank}`, file: rank >= 25 ? 'busy.fa' : null }),
    );
    const lines = textOf(workers, {}, { ...CANVAS, rows: 12 });
    expect(lines).toHaveLength(10);
    expect(lines.filter((line) => line.includes('busy.fa'))).toHaveLength(5);
    expect(lines.at(-2)).toContain('and 22 more workers');
  });
});
