import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../../../electron/cli/cli-context.ts';
import { type LogsOptions, logRequest } from '../../../../../electron/cli/logs/log-request.ts';
import type { Problem } from '../../../../../shared/problem.ts';

describe('what is asked of the logs', () => {
  test('is the last 20 lines, or everything where lines are searched or an item is meant', () => {
    expect(logRequest(undefined, {})).toMatchObject({ source: null, step: null, tail: 20, follow: false });
    expect(logRequest('worker_0', { grep: 'x' })).toMatchObject({ source: 'worker_0', tail: 'all' });
    expect(logRequest(undefined, { item: 'a.fa', attempt: 'last' })).toMatchObject({ tail: 'all', attempt: 'last' });
    expect(logRequest(undefined, { grep: 'x', tail: '5' })).toMatchObject({ tail: 5 });
    expect(logRequest(undefined, { tail: 'all', step: '2' })).toMatchObject({ tail: 'all', step: 2 });
  });

  test.each<[string | undefined, LogsOptions, string]>([
    [undefined, { tail: '-1' }, '--tail -1'],
    [undefined, { tail: '' }, '--tail'],
    [undefined, { tail: '1e3' }, '--tail 1e3'],
    [undefined, { step: '0' }, '--step 0'],
    [undefined, { step: 'two' }, '--step two'],
    [undefined, { item: 'a', attempt: '0' }, '--attempt 0'],
    [undefined, { attempt: '1' }, '--item'],
    [undefined, { item: '' }, '--item'],
    [undefined, { grep: '(' }, 'regular expression'],
    [undefined, { raw: true, follow: true }, 'SOURCE'],
  ])('%s %o is refused with what to do', (source, options, named) => {
    const { message, advice } = refusal(source, options);
    expect(`${message} ${advice}`).toContain(named);
    expect(advice).not.toBe('');
  });
});

/** What a person is told. */
function refusal(source: string | undefined, options: LogsOptions): Problem {
  try {
    logRequest(source, options);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('It was not refused');
}
