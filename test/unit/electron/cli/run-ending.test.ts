import { describe, expect, it } from 'vitest';
import { exitStatusOf, runEndingLines } from '../../../../electron/cli/run-ending.ts';
import { failure } from '../../../../shared/run/failure.ts';
import { ProgressModel } from '../../../../shared/run/progress-model.ts';
import type { RunEndStatus, RunEvent } from '../../../../shared/run/run-events.ts';
import { totalCounts } from '../../../../shared/run/run-state.ts';
import { completes, eventAt, fails, handsOut, stepBegins } from '../../../helpers/recorded-run.ts';

function endOf(status: RunEndStatus, events: readonly RunEvent[]): ProgressModel {
  const model = new ProgressModel();
  for (const event of events) model.apply(event);
  model.apply(eventAt(10, { type: 'run-ended', status, items: totalCounts(model.state) }));
  return model;
}

const COSTS = Array.from({ length: 8 }, () => 1);
const BEGINNING = stepBegins({ dispatch: 'queue', workers: 1, costs: COSTS });

describe('the end of a run in words', () => {
  it('is one line when all is complete', () => {
    const all = COSTS.flatMap((_, item) => [...handsOut(item, 0, [item]), completes(item + 1, 0, item)]);
    expect(runEndingLines(endOf('completed', [...BEGINNING, ...all]), 'completed', [])).toEqual([
      'Completed: 8 of 8 items complete in 10.0 s (0.800/s)',
    ]);
  });

  it('tells the time that has passed, also where the clock was set by a year meanwhile', () => {
    const year = 365 * 86_400;
    const all = COSTS.flatMap((_, item) => [...handsOut(item, 0, [item]), completes(item + 1, 0, item)]);
    const model = new ProgressModel();
    for (const event of [...BEGINNING, ...all]) model.apply(event);
    model.apply(eventAt(year + 9, { type: 'clock-set', milliseconds: year * 1000 }));
    model.apply(eventAt(year + 10, { type: 'run-ended', status: 'completed', items: totalCounts(model.state) }));
    expect(runEndingLines(model, 'completed', [])[0]).toBe('Completed: 8 of 8 items complete in 10.0 s (0.800/s)');
  });

  it('names the first failed items with reason and advice, and where to go on', () => {
    const all = COSTS.flatMap((_, item) => [...handsOut(item, 0, [item]), fails(item + 1, 0, item, true)]);
    const lines = runEndingLines(endOf('failed', [...BEGINNING, ...all]), 'failed', []);
    expect(lines[0]).toBe('Failed: 0 of 8 items complete, 8 failed in 10.0 s (0.800/s)');
    // What failed with one message is told once.
    expect(lines.slice(1, 3)).toEqual([
      '  file-0.fa and 7 more with the same message: exit-code: exit code 3',
      '    See the log.',
    ]);
    expect(lines.slice(3)).toEqual([
      '  Logs: drover logs 20261121-051500-123-k3f9',
      '  Once that is fixed: drover resume 20261121-051500-123-k3f9',
    ]);
  });

  it('names no resume where it would end in the same way, and shows a message with what to do as a whole', () => {
    const evidence = `trust_remote_code is false, and the model in /models/${'x'.repeat(80)} brings code. Set it to true if it may run.`;
    const why = failure('code-not-trusted', evidence);
    const ended = { type: 'worker-ended', step: 1, rank: 0, outcome: 'failed', exit_code: 1, signal: null } as const;
    const events = [...BEGINNING, eventAt(1, { ...ended, failure: why, log_offset: 0 })];
    const lines = runEndingLines(endOf('failed', events), 'failed', []);
    expect(lines.slice(1)).toEqual([
      `  worker_0: code-not-trusted: ${evidence}`,
      expect.stringContaining('launch the run again with the parameter trust_remote_code=true'),
      '  Logs: drover logs 20261121-051500-123-k3f9',
    ]);
  });

  it('tells what the run itself failed from where no item did', () => {
    const errors = [{ message: 'The devices have gone.', advice: 'Look at the driver.' }];
    const lines = runEndingLines(endOf('failed', BEGINNING), 'failed', errors);
    expect(lines.slice(1, 3)).toEqual(['  The devices have gone.', '    Look at the driver.']);
  });

  it('counts what a stop has left', () => {
    const lines = runEndingLines(endOf('stopped', BEGINNING), 'stopped', []);
    expect(lines[0]).toContain('0 of 8 items complete, 8 not done');
    expect(lines.at(-1)).toContain('drover resume');
  });
});

it.each([
  ['completed', 0],
  ['completed-with-failures', 1],
  ['failed', 1],
  ['stopped', 1],
  ['interrupted', 1],
] as const)('a run that is %s ends its command with status %d', (status, code) => {
  expect(exitStatusOf(status)).toBe(code);
});
