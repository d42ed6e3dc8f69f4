import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../../electron/cli/cli-context.ts';
import { reportError } from '../../../../electron/cli/report-error.ts';
import { problem } from '../../../../shared/problem.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

function report(error: unknown, given: { home?: string; env?: Record<string, string>; ownsRuns?: boolean } = {}) {
  const lines: string[] = [];
  const status = reportError(error, {
    home: given.home ?? temporaryFolder(),
    env: given.env ?? {},
    ownsRuns: given.ownsRuns ?? false,
    report: (line) => lines.push(line),
  });
  return { status, lines };
}

describe('the end of a command by an error', () => {
  it('is 2 with message and advice when a person can mend it', () => {
    const error = new ProblemError(problem('unknown-run', 'There is no such run', 'List them.'));
    expect(report(error)).toEqual({ status: 2, lines: ['drover: There is no such run', '  List them.'] });
  });

  it('is 2 for wrong usage and 0 for help, without a word more than commander said', () => {
    expect(report(new CommanderError(1, 'commander.unknownCommand', 'no'))).toEqual({ status: 2, lines: [] });
    expect(report(new CommanderError(0, 'commander.helpDisplayed', ''))).toEqual({ status: 0, lines: [] });
  });

  it('is 2 with what to do for what the system refuses at any call, and the workers that go on are mentioned', () => {
    for (const code of ['EMFILE', 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EAGAIN']) {
      const error = Object.assign(new Error(`${code}: refused, open '/x'`), { code, syscall: 'open' });
      const { status, lines } = report(error, { ownsRuns: true });
      expect(status).toBe(2);
      expect(lines[0]).toBe(`drover: the system refused a call: ${code}: refused, open '/x'.`);
      expect(lines).toHaveLength(3);
      expect(lines[2]).toContain('drover resume last');
    }
  });

  it('is 3 for a bug: short for people, with the stack in drover.log', () => {
    const home = join(temporaryFolder(), 'not', 'yet');
    const { status, lines } = report(new TypeError('x is not a function'), { home });
    expect(status).toBe(3);
    expect(lines).toEqual([
      'drover: internal error: x is not a function',
      `  Details are in ${join(home, 'drover.log')}.`,
    ]);
    expect(readFileSync(join(home, 'drover.log'), 'utf8')).toContain('report-error.test.ts');
  });

  it('shows the stack with DROVER_DEBUG, and says how to go on when runs were going on', () => {
    const { lines } = report(new Error('odd'), { env: { DROVER_DEBUG: '1' }, ownsRuns: true });
    expect(lines[1]).toContain('report-error.test.ts');
    expect(lines.at(-1)).toContain('drover resume last');
  });

  it('does not fail itself where drover.log cannot be written', () => {
    const { status, lines } = report(new Error('odd'), { home: '/dev/null/x' });
    expect(status).toBe(3);
    expect(lines[1]).toContain('DROVER_DEBUG=1');
  });
});
