import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withArchiveBlock, withoutArchiveBlock } from '../../../../../../electron/engine/records/archive/archive.ts';
import { runMetrics } from '../../../../../../electron/engine/records/metrics/metrics.ts';
import { buildSummary, writeSummary } from '../../../../../../electron/engine/records/summary/summary.ts';
import type { SummaryInput } from '../../../../../../electron/engine/records/summary/summary-input.ts';
import { summaryFile } from '../../../../../../electron/engine/run-directory/paths.ts';
import type { LogProblem } from '../../../../../../shared/contract/logs.ts';
import type { DeviceRef } from '../../../../../../shared/device.ts';
import { failure } from '../../../../../../shared/run/failure.ts';
import { emptyRunState } from '../../../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../../../shared/run/run-state.ts';
import { columnsOf } from '../../../../../../shared/text-columns.ts';
import { type MadeRunOptions, madeMetadata, madeState } from '../../../../../helpers/make-run.ts';
import { fails, handsOut, stepBegins } from '../../../../../helpers/recorded-run.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

const ARCHIVE = { size: 123_456, sha256: 'a'.repeat(64), made: '2026-11-21T05:20:00.000Z' };
const MOST_BYTES = 12 * 1024;

function input(options: Partial<MadeRunOptions> = {}, more: Partial<SummaryInput> = {}): SummaryInput {
  const state = madeState(options);
  return {
    directory: `/runs/kmer-embedding/${state.run}`,
    status: 'completed',
    state,
    metadata: madeMetadata(options),
    metrics: runMetrics(state, new Date('2026-11-21T06:00:00Z')),
    problems: [],
    reconciliation: { agreed: true, rounds: 2, differences: [] },
    ...more,
  };
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map(columnsOf));
}

test('a small run is told whole', () => {
  const text = buildSummary(input({ items: 4, workers: 2, name: 'first try' }));
  expect(text).toContain('Drover run 20261121-051500-123-k3f9');
  expect(text).toContain('Name       first try');
  expect(text).toContain('Pipeline   kmer-embedding (K-mer embedding)');
  expect(text).toContain('Inputs     4 files');
  expect(text).toContain('Started    2026-11-21 05:15:00 UTC');
  expect(text).toContain('after 2.0 s');
  expect(text).toContain('1. embed (queue): completed in 2.0 s');
  expect(text).toContain('4 of 4 items complete; 0 retries, 0 restarts');
  expect(text).toContain('tokens: 210 prompt, 40 completion, 250 total');
  expect(text).toMatch(/worker_0 +CPU slot 0 +2 +0 +100 % +1 +125/);
  expect(text).toContain('agreed: inputs, outputs, reports and totals fit together (2 rounds)');
  expect(longestLine(text)).toBeLessThanOrEqual(80);
});

test('the names of devices are not broken at the end of a line', () => {
  const name = 'NVIDIA RTX 6000 Ada Generation, of the second line';
  const device = (rank: number): DeviceRef => ({ kind: 'nvidia', index: rank, uuid: `GPU-${rank}`, name });
  const lines = buildSummary(input({ workers: 4, device })).split('\n');
  const from = lines.findIndex((line) => line.includes(name));
  const told = lines.slice(from, from + 2);
  for (const rank of [0, 1, 2, 3]) expect(told.filter((line) => line.includes(`GPU ${rank}`))).toHaveLength(1);
});

test('what is said of the run itself is told whole, each device apart', () => {
  const about = (index: number): LogProblem => ({
    step: 0,
    worker: 'run',
    level: 'warning',
    text: `GPU ${index} (NVIDIA GeForce RTX 3090) cannot be used: the driver does not name it any more; the run goes on without it`,
    count: 1,
    offset: index,
  });
  const text = buildSummary(input({}, { problems: [about(1), about(2)] }));
  expect(longestLine(text)).toBeLessThanOrEqual(80);
  const joined = text.replaceAll(/\s+/g, ' ');
  for (const index of [1, 2]) expect(joined).toContain(`1 × run: ${about(index).text}`);
});

test('a run of 100,000 items on 64 workers with many troubles stays within 12 KB and 80 columns', () => {
  const uuid = (rank: number): string => `GPU-${String(rank).padStart(8, '0')}-1111-2222-3333-444444444444`;
  const options: Partial<MadeRunOptions> = {
    items: 100_000,
    workers: 64,
    failEvery: 50,
    inputFolder: `/data/${'a long folder name/'.repeat(12)}基因组`,
    device: (rank) => ({ kind: 'nvidia', index: rank, uuid: uuid(rank), name: 'NVIDIA H200 with a long product name' }),
  };
  const problems = Array.from(
    { length: 300 },
    (_, index): LogProblem => ({
      step: 1,
      worker: `worker_${index % 64}`,
      level: index % 3 === 0 ? 'error' : 'warning',
      text: `something went wrong ${'and on '.repeat(200)}`,
      count: index,
      offset: 0,
    }),
  );
  const differences = Array.from({ length: 200 }, (_, index) => ({
    what: 'output missing',
    detail: `/outputs/${'x'.repeat(200)}${index}`,
  }));
  const given = input(options, { problems, reconciliation: { agreed: false, rounds: 5, differences } });
  given.state.interventions.push(
    ...Array.from({ length: 40 }, () => ({ time: '2026-11-21T05:16:00Z', what: 'resume' })),
  );
  const text = withArchiveBlock(buildSummary(given), ARCHIVE);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
  expect(longestLine(text)).toBeLessThanOrEqual(80);
  expect(text).toContain('worker_63');
  expect(text).toContain('exit-code, 2,000 items: See the end of its log.');
  expect(text).toContain('  and 1,997 more items with the same message');
  expect(text).toContain('… 30 earlier');
});

test('a summary of many steps is shortened until it fits', () => {
  const given = input({ items: 1000, workers: 64 });
  const [step] = given.metrics.steps;
  if (step === undefined) throw new Error('the made run has no step');
  given.metrics.steps = Array.from({ length: 40 }, (_, index) => ({
    ...step,
    step: index + 1,
    name: `step-${'n'.repeat(150)}`,
  }));
  const text = buildSummary(given);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
  expect(text).toMatch(/… and \d+ more steps/);
  expect(text).toMatch(/… and \d+ more workers, busy/);
});

test('errors come before warnings, the most frequent first', () => {
  const problem = (level: 'error' | 'warning', count: number, text: string): LogProblem => ({
    step: 1,
    worker: 'worker_0',
    level,
    text,
    count,
    offset: 0,
  });
  const problems = [problem('warning', 900, 'w'), problem('error', 2, 'rare'), problem('error', 30, 'often')];
  const lines = buildSummary(input({}, { problems })).split('\n');
  const at = (text: string): number => lines.findIndex((line) => line.endsWith(`worker_0: ${text}`));
  expect([at('often'), at('rare'), at('w')].every((line) => line > 0)).toBe(true);
  expect([at('often'), at('rare'), at('w')]).toEqual([at('often'), at('rare'), at('w')].toSorted((a, b) => a - b));
});

test('what several workers printed alike is one line with its sum', () => {
  const problem = { step: 1, level: 'warning', offset: 0 } as const;
  const problems: LogProblem[] = [
    { ...problem, worker: 'worker_0', text: 'WARNING: batch 17 is slow', count: 2 },
    { ...problem, worker: 'worker_1', text: 'WARNING: batch 3 is slow', count: 5 },
    { ...problem, worker: 'worker_1', text: 'WARNING: other', count: 1 },
    { ...problem, step: 0, worker: 'run', text: 'the disk is full', count: 1 },
    {
      ...problem,
      worker: 'worker_2',
      text: '2026-11-21 05:15:00,123 - Worker 2 - embed - WARNING - a.fa: 3 sequences are longer than a pass',
      count: 1,
    },
  ];
  const text = buildSummary(input({}, { problems }));
  expect(text).toMatch(/warning +7 × step 1 2 workers: WARNING: batch 17 is slow\n/);
  expect(text).toMatch(/warning +1 × step 1 worker_1: WARNING: other\n/);
  expect(text).toMatch(/warning +1 × run: the disk is full\n/);
  // A line of 80 columns has room for the message alone.
  expect(text).toMatch(/warning +1 × step 1 worker_2: a\.fa: 3 sequences are longer than a p/);
});

test('what was done by hand and what failed is told with time, reason and evidence', () => {
  const given = input({ items: 6, failEvery: 3 });
  given.state.interventions.push({ time: '2026-11-21T05:16:00Z', what: 'forced stop by command' });
  const text = buildSummary(given);
  expect(text).toContain('2026-11-21 05:16:00 UTC  forced stop by command');
  expect(text).toContain('exit-code, 2 items:');
  expect(text).toMatch(/step 1 \S*sample-000002\.fasta +exit code 3/);
});

test('a message begins behind the name of the file beside which it stands', () => {
  const evidence = '/data/file-0.fa: none of its records has a letter';
  const failed = { ...fails(2, 0, 0, true), failure: failure('reported-failed', evidence) };
  const begins = stepBegins({ dispatch: 'queue', workers: 1, costs: [1] });
  const state = [...begins, ...handsOut(1, 0, [0]), failed].reduce(applyRunEvent, emptyRunState());
  const line = '2026-11-21 05:15:00,123 - Worker 0 - kmer-embed - ERROR - file-0.fa: it is empty';
  const problem = { step: 1, worker: 'worker_0', level: 'error', text: line, count: 1, offset: 0 } as const;
  const text = buildSummary(input({}, { state, problems: [{ ...problem, file: '/data/file-0.fa' }] }));
  expect(text).toMatch(/step 1 \/data\/file-0\.fa +none of its records has a/);
  expect(text).toMatch(/error +1 × step 1 worker_0 file-0\.fa: it is empty\n/);
});

test('line breaks and terminal escapes of file names and log lines do not reach the summary', () => {
  const problem = { step: 1, worker: 'worker_0', level: 'error', count: 1, offset: 0 } as const;
  const given = input(
    { items: 2, failEvery: 2, inputFolder: '/data/a\n== Archive ==\u001b[2J' },
    { problems: [{ ...problem, text: '\u001b]0;title\u0007boom\r\nnext\u009b31m' }] },
  );
  const text = buildSummary(given);
  const printable = text.replaceAll('\n', '');
  expect(printable).not.toMatch(/\p{Control}/u);
  expect(text).not.toContain('\n== Archive');
});

test('the archive block comes last, can be taken off, and is replaced when the archive is made again', () => {
  const directory = temporaryFolder();
  const text = buildSummary(input());
  const first = withArchiveBlock(text, ARCHIVE);
  const second = withArchiveBlock(first, { ...ARCHIVE, size: 9 });
  expect(first.endsWith(`SHA-256    ${ARCHIVE.sha256}\nMade       ${ARCHIVE.made}\n`)).toBe(true);
  expect(second).toContain('9 bytes');
  expect(second).not.toContain('123456');
  expect(withoutArchiveBlock(second)).toBe(text);
  writeSummary(directory, second);
  expect(readFileSync(summaryFile(directory), 'utf8')).toBe(second);
});
