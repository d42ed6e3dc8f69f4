import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMetrics, writeMetrics } from '../../../../../../electron/engine/records/metrics/metrics.ts';
import { type ReconcileRequest, reconcile } from '../../../../../../electron/engine/records/reconcile/reconcile.ts';
import type { Metadata } from '../../../../../../electron/engine/run-directory/metadata-schema.ts';
import {
  journalFile,
  metricsFile,
  reportFile,
  stepOutputFolder,
} from '../../../../../../electron/engine/run-directory/paths.ts';
import type { ReconciliationResult } from '../../../../../../shared/contract/records.ts';
import { type MadeRunOptions, madeMetadata, madeState, makeRun } from '../../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

interface Rig {
  directory: string;
  metadata: Metadata;
  output: (item: number) => string;
}

function rig(options: Partial<MadeRunOptions> = {}): Rig {
  const directory = makeRun(temporaryFolder(), options);
  const output = (item: number): string =>
    join(stepOutputFolder(directory, 1), `sample-${String(item).padStart(6, '0')}.out`);
  return { directory, metadata: madeMetadata(options), output };
}

/** Reconciles without waiting; gives the result and the lines of the log. */
async function run(
  { directory, metadata }: Rig,
  more: Partial<ReconcileRequest> = {},
): Promise<ReconciliationResult & { lines: string[]; text: string }> {
  const lines: string[] = [];
  const result = await reconcile({
    directory,
    metadata,
    log: { write: (level, message, fields) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`) },
    pause: async () => {},
    ...more,
  });
  return { ...result, lines, text: result.differences.map(({ what, detail }) => `${what}: ${detail}`).join('\n') };
}

/** Changes the lines of a text file. */
function edit(path: string, change: (lines: string[]) => string[]): void {
  writeFileSync(path, change(readFileSync(path, 'utf8').trimEnd().split('\n')).join('\n').concat('\n'));
}

test('a whole run agrees after two looks, one second apart, and the log says so', async () => {
  const pauses: number[] = [];
  const made = rig({ items: 20, workers: 3, failEvery: 5 });
  writeMetrics(made.directory, runMetrics(madeState({ items: 20, workers: 3, failEvery: 5 }), new Date()));
  const result = await run(made, { pause: async (milliseconds) => void pauses.push(milliseconds) });
  expect(result).toMatchObject({ agreed: true, rounds: 2, differences: [] });
  expect(pauses).toEqual([1000]);
  expect(result.lines).toHaveLength(1);
  expect(result.lines[0]).toMatch(/^INFO Everything agrees .*"complete":16,"failed":4/);
});

test('outputs that are missing, empty or a broken link are each named', async () => {
  const made = rig({ items: 6 });
  rmSync(made.output(0));
  writeFileSync(made.output(1), '');
  rmSync(made.output(2));
  symlinkSync('/nowhere', made.output(2));
  const result = await run(made);
  expect(result.agreed).toBe(false);
  expect(result.text).toContain(
    `output missing: step 1: ${made.output(0)} of /data/genomes/sample-000000.fasta is not there`,
  );
  expect(result.text).toContain(`output empty: step 1: ${made.output(1)}`);
  expect(result.text).toContain('is not there: a broken link');
  expect(result.lines.at(-1)).toContain('WARNING There are differences');
});

test('a folder of outputs that was deleted is counted, not listed a thousand times', async () => {
  const made = rig({ items: 500 });
  rmSync(stepOutputFolder(made.directory, 1), { recursive: true });
  const result = await run(made);
  expect(result.differences).toHaveLength(21);
  expect(result.text).toContain('… and 480 more');
});

test('an item that the journal calls complete without its declared output is named', async () => {
  const made = rig({ items: 2 });
  edit(journalFile(made.directory), (lines) =>
    lines.map((line) => line.replace(/"outputs":\[[^\]]*\]/, '"outputs":[]')),
  );
  expect((await run(made)).text).toContain('has 0 of 1 declared outputs');
});

test('an input without an item and an item without an input are each named', async () => {
  const made = rig({ items: 3 });
  const [first, ...others] = made.metadata.inputs;
  if (first === undefined) throw new Error('the made run has no input');
  made.metadata.inputs = [...others, { ...first, path: '/data/genomes/new.fasta' }];
  const { text } = await run(made);
  expect(text).toContain('input not accounted for: step 1 has no item for /data/genomes/new.fasta');
  expect(text).toContain('item without input: step 1 has /data/genomes/sample-000000.fasta');
});

test('a step that takes only some of the inputs by pattern is not held to all of them', async () => {
  const made = rig({ items: 3 });
  const [step] = made.metadata.definition.steps;
  if (step !== undefined) step.patterns = ['*.fasta'];
  made.metadata.inputs = Array.from(made.metadata.inputs, (input) => ({ ...input, path: `${input.path}.other` }));
  expect((await run(made)).agreed).toBe(true);
});

test('a run called completed may not have items without an end; a stopped one may have them pending', async () => {
  expect((await run(rig({ items: 5, finished: 3 }))).text).toContain(
    'item without an end: step 1: /data/genomes/sample-000003.fasta is still pending though the run ended as completed',
  );
  expect((await run(rig({ items: 5, finished: 3, end: 'stopped' }))).agreed).toBe(true);
  expect((await run(rig({ items: 5, finished: 3, end: null }))).agreed).toBe(true);
});

test('a complete item of a queue worker without a final report is named', async () => {
  const made = rig({ items: 6, workers: 2 });
  edit(reportFile(made.directory, 1, 0), (lines) => lines.slice(1));
  rmSync(reportFile(made.directory, 1, 1));
  const { text } = await run(made);
  expect(text).toContain('complete without a report: step 1 worker_0: /data/genomes/sample-000000.fasta');
  expect(text).toContain('step 1 worker_1 has no report file for 3 items');
});

test('a second final report of one attempt is named, and one of a file that the worker did not have', async () => {
  const made = rig({ items: 2, workers: 2 });
  const path = reportFile(made.directory, 1, 0);
  appendFileSync(path, '{"file":"/data/genomes/sample-000000.fasta","status":"failed"}\n');
  appendFileSync(path, '{"file":"stranger.fa","status":"complete"}\n');
  const { text } = await run(made);
  expect(text).toContain('second final report: step 1 worker_0: /data/genomes/sample-000000.fasta has 2 for 1 attempt');
  expect(text).toContain('report of a file the worker did not have: step 1 worker_0: stranger.fa');
});

test('an item that its worker reported as failed only may not be complete', async () => {
  const made = rig({ items: 1, workers: 1 });
  edit(reportFile(made.directory, 1, 0), (lines) => lines.map((line) => line.replace('complete', 'failed')));
  expect((await run(made)).text).toContain('report against journal: step 1 worker_0');
});

test('reports by name only, garbage lines and a last line without its end are understood', async () => {
  const made = rig({ items: 2, workers: 1 });
  const lines = [
    '{"file":"sample-000000.fasta","status":"complete"}',
    '\u0000garbage',
    '[]',
    '{"file":"x","status":"odd"}',
  ];
  writeFileSync(
    reportFile(made.directory, 1, 0),
    `${lines.join('\n')}\n{"file":"sample-000001.fasta","status":"complete"}`,
  );
  expect(await run(made)).toMatchObject({ agreed: true });
});

test('totals in metrics.json that are not the journal’s are named', async () => {
  const made = rig({ items: 4 });
  writeMetrics(made.directory, runMetrics(madeState({ items: 4 }), new Date()));
  const path = metricsFile(made.directory);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace('"complete": 4', '"complete": 5').replace('"input_tokens": 200', '"input_tokens": 201'),
  );
  const result = await run(made);
  expect(result.text).toContain('metrics.json has 5 items complete, the journal 4');
  expect(result.text).toContain('the workers add up to 200/40/10/0 tokens, the total is 201/40/10/0 tokens');
});

test('tokens in a worker’s log that were not recorded are named', async () => {
  const made = rig({ items: 2, workers: 2 });
  const recorded = { input_tokens: 100, output_tokens: 20, cache_read_tokens: 5, cache_creation_tokens: 0 };
  const result = await run(made, {
    countLoggedTokens: async (_step, rank) => (rank === 0 ? recorded : { ...recorded, output_tokens: 21 }),
  });
  expect(result.text).toBe('tokens: step 1 worker_1 logged 100/21/5/0 tokens, recorded are 100/20/5/0 tokens');
});

test('an output that is still written is looked at again until it is quiet', async () => {
  const made = rig({ items: 2 });
  let pauses = 0;
  const result = await run(made, {
    pause: async () => {
      pauses += 1;
      if (pauses <= 2) appendFileSync(made.output(0), 'more');
    },
  });
  expect(result).toMatchObject({ agreed: true, rounds: 4 });
});

test('an output that never becomes quiet is a difference after five looks', async () => {
  const made = rig({ items: 2 });
  const result = await run(made, { pause: async () => appendFileSync(made.output(0), 'more') });
  expect(result).toMatchObject({ agreed: false, rounds: 5 });
  expect(result.differences[0]?.what).toBe('still changing');
});

test('a journal that grows between two looks is folded again', async () => {
  const made = rig({ items: 3, finished: 2, end: null });
  const items = { total: 3, complete: 3, failed: 0, pending: 0, running: 0, skipped: 0 };
  const ended = { type: 'run-ended', status: 'completed', items, time: '2026-11-21T05:20:00.000Z' };
  let grown = false;
  const result = await run(made, {
    pause: async () => {
      if (!grown) appendFileSync(journalFile(made.directory), `${JSON.stringify(ended)}\n`);
      grown = true;
    },
  });
  expect(result.rounds).toBe(3);
  expect(result.text).toContain('is still pending though the run ended as completed');
});
