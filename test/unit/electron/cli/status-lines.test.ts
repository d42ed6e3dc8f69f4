import { expect, it } from 'vitest';
import { statusLines } from '../../../../electron/cli/status-lines.ts';
import { runStatusDocument } from '../../../../shared/run-status.ts';
import { madeState } from '../../../helpers/make-run.ts';

function page(given: Parameters<typeof madeState>[0], owned: boolean): string[] {
  const now = new Date('2026-11-21T05:16:00.123Z');
  const logPath = (): string => '/runs/log';
  return statusLines(runStatusDocument(madeState(given), { directory: '/runs/one', owned, now, logPath }), now);
}

it('the page of an ended run has head, steps and workers', () => {
  const text = page(
    { name: 'try\u001b', items: 4, workers: 2, failEvery: 4, end: 'completed-with-failures' },
    false,
  ).join('\n');
  expect(text).toContain('Run       20261121-051500-123-k3f9');
  expect(text).toContain('Name      try·');
  expect(text).toContain('Status    completed-with-failures');
  expect(text).toContain('Items     4 items: 3 complete, 1 failed');
  expect(text).toMatch(/^1 embed +completed-with-failures +queue +3\/4 +1 +2\.0 s +100 %$/m);
  expect(text).toMatch(/^worker_1 +1 +CPU slot 1 +completed +- +1 +1 +1 +exit 0$/m);
  expect(text).toContain('Folder    /runs/one');
});

it('a run that goes on shows since when and for how long still', () => {
  const text = page({ finished: 2, end: null }, true).join('\n');
  expect(text).toMatch(/Started .* \(1 min 00 s ago\)/);
  expect(text).toMatch(/Rate .*, done in /);
});

it('of a run that nobody owns nothing is forecast', () => {
  const text = page({ finished: 2, end: null }, false).join('\n');
  expect(text).toContain('Status    interrupted');
  expect(text).not.toContain('done in');
});
