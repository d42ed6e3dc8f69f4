import { describe, expect, test } from 'vitest';
import { chooseSources } from '../../../../../electron/cli/logs/choose-sources.ts';
import type { LogSource } from '../../../../../shared/contract/logs.ts';

function source(name: string, step: number | null): LogSource {
  return { source: name, step, path: `/run/${step ?? ''}/${name}.log`, size: 1 };
}

const SOURCES = [
  source('run', null),
  ...['worker_10', 'worker_0', 'worker_2', 'adapter', 'validator'].map((name) => source(name, 1)),
  ...['worker_0', 'adapter'].map((name) => source(name, 2)),
];

function chosen(name: string | null, step: number | null): string[] | string {
  const result = chooseSources(SOURCES, { source: name, step });
  if (result.ok) return result.value.map((entry) => `${entry.source}@${entry.step ?? 'run'}`);
  return `${result.error.message} ${result.error.advice}`;
}

describe('choosing logs', () => {
  test('means the last step that has the source', () => {
    expect(chosen('worker_0', null)).toEqual(['worker_0@2']);
    expect(chosen('worker_2', null)).toEqual(['worker_2@1']);
    expect(chosen('validator', null)).toEqual(['validator@1']);
  });

  test('means all workers of the last step, or of the step asked for, in the order of their ranks', () => {
    expect(chosen(null, null)).toEqual(['worker_0@2']);
    expect(chosen(null, 1)).toEqual(['worker_0@1', 'worker_2@1', 'worker_10@1']);
  });

  test('finds the logs of the whole run, whichever step is named', () => {
    expect(chosen('run', null)).toEqual(['run@run']);
    expect(chosen('run', 2)).toEqual(['run@run']);
  });

  test('refuses an unknown source and lists those there are', () => {
    expect(chosen('worker_5', null)).toContain('This run has no log "worker_5".');
    expect(chosen('worker_5', null)).toContain(
      'in step 1: worker_0, worker_2, worker_10, adapter, validator; in step 2: worker_0, adapter',
    );
    expect(chosen('adaptor', null)).toContain('Did you mean "adapter"?');
    expect(chosen('../../etc/passwd', null)).toContain('has no log');
    expect(chosen('validator', 2)).toContain('Step 2 of this run has no log "validator".');
    expect(chosen(null, 7)).toContain('Step 7 of this run has no worker log.');
  });

  test('is no error while no worker has a log', () => {
    expect(chooseSources([source('run', null)], { source: null, step: null })).toEqual({ ok: true, value: [] });
  });
});
