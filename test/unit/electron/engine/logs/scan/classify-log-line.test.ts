import { describe, expect, it } from 'vitest';
import { classifyLogLine } from '../../../../../../electron/engine/logs/scan/classify-log-line.ts';

describe('classifyLogLine', () => {
  it.each([
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.',
    'RuntimeError: CUDA error: device-side assert triggered',
    'Traceback (most recent call last):',
    '2026-11-21 05:15:00,123 - Worker 0 - model - ERROR - batch 3 failed',
    '[FATAL] no device',
    'CRITICAL: gone',
    'sh: line 1: 123 Killed   python a.py',
    'prog: error: unrecognized arguments: --x',
    'error: could not open a.fa',
    'java.lang.IllegalStateException: x',
  ])('takes %j for an error', (line) => {
    expect(classifyLogLine(line)).toBe('error');
  });

  it.each([
    'a.py:3: UserWarning: slow path',
    '2026-11-21 05:15:00,123 - Worker 0 - model - WARNING - Error rate is high',
    'WARN no cache',
    'x.c:1:2: warning: unused variable',
  ])('takes %j for a warning', (line) => {
    expect(classifyLogLine(line)).toBe('warning');
  });

  it.each([
    '2026-11-21 05:15:00,123 - Worker 0 - drover - INFO - Worker 0 logging initialized: /data/Error/worker_0.log',
    'DEBUG retried after RuntimeError',
    'ErrorRate=0.1',
    '3 Errors found',
    'mirror: ok',
    '=== Restart 2 at 2026-11-21T05:15:00.123Z (exit-code: RuntimeError) ===',
    'plain text',
  ])('takes %j for neither', (line) => {
    expect(classifyLogLine(line)).toBeNull();
  });
});
