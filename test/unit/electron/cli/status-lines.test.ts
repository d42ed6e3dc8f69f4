import { expect, it } from 'vitest';
import { statusLines } from '../../../../electron/cli/status-lines.ts';
import { runStatusDocument } from '../../../../shared/run/run-status.ts';
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

it('what waits, has left, was lowered or could not go on is told below the tables', () => {
  const state = madeState({ finished: 2, end: null, workers: 2 });
  const [step] = state.steps;
  const lowered = [
    { parameter: 'batch_size', from: 8, to: 4 },
    { parameter: 'batch_size', from: 4, to: 2 },
  ];
  Object.assign(step ?? {}, { lowered, reason: 'no worker is left' });
  Object.assign(step?.workers[0] ?? {}, { waiting: { reason: 'waiting 8 s before start 3', until: null } });
  Object.assign(step?.workers[1] ?? {}, { left: { reason: 'device-lost', since: '' } });
  const now = new Date('2026-11-21T05:16:00.123Z');
  const document = runStatusDocument(state, { directory: '/runs/one', owned: true, now, logPath: () => '/log' });
  expect(statusLines(document, now).slice(-4)).toEqual([
    'embed: batch_size was lowered from 8 to 2 for want of device memory',
    'worker_0 (step 1): waiting 8 s before start 3',
    'worker_1 (step 1): left the pool: device-lost',
    'embed could not go on: no worker is left',
  ]);
});

it('of a run that nobody owns nothing is forecast', () => {
  const text = page({ finished: 2, end: null }, false).join('\n');
  expect(text).toContain('Status    interrupted');
  expect(text).toMatch(/^worker_0 .* interrupted /m);
  expect(text).not.toMatch(/^worker_.* (?:starting|running|stopping) /m);
  expect(text).not.toContain('done in');
});

it('the items that failed stand there with worker, attempts and reason: the first twenty, then how many more and where they are', () => {
  const given = { items: 50, workers: 2, failEvery: 2, end: 'completed-with-failures' } as const;
  const lines = page(given, false);
  const from = lines.findIndex((line) => line.startsWith('FAILED ITEM'));
  expect(lines[from]).toMatch(/^FAILED ITEM +STEP +WORKER +ATTEMPTS +REASON +MESSAGE$/);
  expect(lines[from + 1]).toMatch(/^\/data\/genomes\/sample-000001\.fasta +1 +worker_1 +1 +[a-z-]+ +\S/);
  expect(lines.slice(from + 1, -1)).toHaveLength(20);
  expect(lines.at(-1)).toBe(
    '… and 5 more failed items; all of them: ' +
      `drover query "SELECT file, reason FROM items WHERE run = '20261121-051500-123-k3f9' AND status = 'failed'"`,
  );
  expect(page({ ...given, failEvery: 0 }, false).join('\n')).not.toContain('FAILED ITEM');
});

it('a message begins behind the name of the file beside which it stands', () => {
  const state = madeState({ items: 2, failEvery: 2, end: 'completed-with-failures' });
  const evidence = `${state.steps[0]?.items.file(1)}: it is empty`;
  state.steps[0]?.items.setFailure(1, { reason: 'reported-failed', evidence, advice: '' });
  const now = new Date('2026-11-21T05:16:00.123Z');
  const document = runStatusDocument(state, { directory: '/runs/one', owned: false, now, logPath: () => '/log' });
  expect(statusLines(document, now).at(-1)).toMatch(/ reported-failed +it is empty$/);
});

it('a message of any length or content of a failed item is one line that fits beside the others', () => {
  const state = madeState({ items: 2, failEvery: 2, end: 'completed-with-failures' });
  state.steps[0]?.items.setFailure(1, { reason: 'exit-code', evidence: `\u001b[31m\n${'x'.repeat(600)}`, advice: '' });
  const now = new Date('2026-11-21T05:16:00.123Z');
  const document = runStatusDocument(state, { directory: '/runs/one', owned: false, now, logPath: () => '/log' });
  const last = statusLines(document, now).at(-1) ?? '';
  expect(last).toContain('·[31m·xxx');
  expect(last.length).toBeLessThan(220);
  expect(document.failed[0]?.evidence).toHaveLength(606);
});
