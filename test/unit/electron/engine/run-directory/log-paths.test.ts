import { describe, expect, it } from 'vitest';
import {
  componentLog,
  isLogSource,
  LOG_SOURCES,
  logSourcePath,
  reconciliationLog,
  reportFile,
  runLog,
  workerLog,
} from '../../../../../electron/engine/run-directory/paths.ts';

describe('log paths', () => {
  it('stand where the run directory says', () => {
    expect(workerLog('/r', 1, 0)).toBe('/r/logs/step_001/worker_0.log');
    expect(reportFile('/r', 12, 3)).toBe('/r/logs/step_012/worker_3.reports.ndjson');
    expect(componentLog('/r', 2, 'validator')).toBe('/r/logs/step_002/validator.log');
    expect(runLog('/r')).toBe('/r/logs/run.log');
    expect(reconciliationLog('/r')).toBe('/r/logs/reconciliation.log');
  });

  it('of a source agree with the paths by kind', () => {
    expect(logSourcePath('/r', 'worker_7', 1)).toBe(workerLog('/r', 1, 7));
    expect(logSourcePath('/r', 'metrics', 3)).toBe(componentLog('/r', 3, 'metrics'));
    expect(logSourcePath('/r', 'run', 3)).toBe(runLog('/r'));
    expect(logSourcePath('/r', '../metadata', 1)).toBeNull();
  });

  it('accept the listed sources and workers, and nothing that could leave the folder', () => {
    for (const source of [...LOG_SOURCES, 'worker_0', 'worker_12']) expect(isLogSource(source)).toBe(true);
    for (const text of [
      '',
      'worker_',
      'worker_01',
      'worker_-1',
      '../run',
      'run/..',
      'Worker_0',
      'worker_0.log',
      'worker_0\n',
    ])
      expect(isLogSource(text)).toBe(false);
  });
});
