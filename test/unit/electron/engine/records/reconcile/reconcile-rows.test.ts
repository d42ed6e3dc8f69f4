import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leftOutOfRun, leftOutText } from '../../../../../../electron/engine/records/reconcile/left-out.ts';
import type { SeenOutput } from '../../../../../../electron/engine/records/reconcile/reconcile-outputs.ts';
import { checkRows } from '../../../../../../electron/engine/records/reconcile/reconcile-rows.ts';
import { npyFile } from '../../../../../helpers/array-files.ts';
import { madeMetadata, madeState } from '../../../../../helpers/make-run.ts';
import { plainItem } from '../../../../../helpers/plain-items.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

const FASTA = (sequences: number): string => '>s\nACGT\n'.repeat(sequences);

/** Items by the stem of their input: the input's content, and the outputs by suffix. */
type Made = Record<string, { input?: string; outputs: Record<string, Buffer | string>; metrics?: object }>;

async function check(made: Made, options: { cost?: 'bytes' | 'fasta-sequences'; mostBytes?: number } = {}) {
  const directory = temporaryFolder();
  const names = Object.keys(made);
  const [step] = madeState({ items: names.length, inputFolder: directory }).steps;
  if (step === undefined) throw new Error('the made run has no step');
  const journal: string[] = [];
  const seen: SeenOutput[] = names.flatMap((name, index) => {
    const item = step.items.at(index);
    if (item === undefined) throw new Error('the made run has too few items');
    const { input, outputs, metrics } = made[name] ?? { outputs: {} };
    step.items.update({ ...plainItem(item), file: join(directory, `${name}.fasta`), size: input?.length ?? 0 });
    if (input !== undefined) writeFileSync(item.file, input);
    const time = '2026-11-21T05:15:00.000Z';
    const event = { type: 'item-complete', step: 1, rank: 0, item: index, log_offset: 0, seconds: 1, outputs: [] };
    journal.push(JSON.stringify({ ...event, ...(metrics === undefined ? {} : { metrics }), time }));
    return Object.entries(outputs).map(([suffix, content], output) => {
      const path = join(directory, `${name}${suffix}`);
      writeFileSync(path, content);
      return { step, item, path, output, size: content.length, isAsMade: true };
    });
  });
  writeFileSync(join(directory, 'journal.ndjson'), `${journal.join('\n')}\n`);
  const metadata = madeMetadata({ items: names.length });
  for (const one of metadata.definition.steps) one.cost = options.cost ?? 'bytes';
  const { mostBytes = Number.POSITIVE_INFINITY } = options;
  const found = await checkRows({ outputs: seen, metadata, directory, mostBytes });
  const leftOut = leftOutOfRun({ ...madeState({ items: names.length }), steps: [step] }, directory);
  return { ...found, leftOut, text: found.differences.map(({ what, detail }) => `${what}: ${detail}`).join('\n') };
}

test('as many rows as ids agree, also without a last line end, with an empty array and with ids that are empty', async () => {
  const found = await check({
    a: { outputs: { '.npy': npyFile([2, 4]), '.ids.txt': 'one\ntwo\n' } },
    b: { outputs: { '.npy': npyFile([2, 4]), '.ids.txt': 'one\ntwo' } },
    c: { outputs: { '.npy': npyFile([0, 4]), '.ids.txt': '' } },
    d: { outputs: { '.npy': npyFile([3, 4]), '.ids.txt': 'one\n\nthree\n' } },
    e: { outputs: { '.npy': npyFile([1, 4]), '.ids.txt': '\n' } },
  });
  expect(found.differences).toEqual([]);
});

test('more rows than ids is a difference', async () => {
  const { text } = await check({ a: { outputs: { '.npy': npyFile([3, 4]), '.ids.txt': 'one\ntwo\n' } } });
  expect(text).toMatch(/^rows: .*a\.npy has 3 rows, .*a\.ids\.txt 2 lines$/);
});

test('an array that was cut off is a difference', async () => {
  const { text } = await check({ a: { outputs: { '.npy': npyFile([3, 4], 11) } } });
  expect(text).toMatch(/^array not whole: .*a\.npy has 172 bytes where its header announces 176$/);
});

test('where items are costed by sequences, an array has a row for each', async () => {
  const cost = 'fasta-sequences';
  expect((await check({ a: { outputs: { '.npy': npyFile([1, 4]) } } }, { cost })).differences).toEqual([]);
  const { text } = await check({ a: { outputs: { '.npy': npyFile([2, 4]) } } }, { cost });
  expect(text).toMatch(/has 2 rows, .*a\.fasta 1 sequences$/);
});

test('where most outputs have a row per sequence, one that has not is a difference, and what went in and out is counted', async () => {
  const of = (sequences: number, rows: number) => ({
    input: FASTA(sequences),
    outputs: { '.csv': `id,x\n${'s,0.5\n'.repeat(rows)}` },
  });
  const found = await check({ a: of(3, 3), b: of(2, 2), c: of(5, 4) });
  expect(found.text).toMatch(/^rows: .*c\.csv has 4 rows, .*c\.fasta 5 sequences$/);
  expect(found.counts).toEqual([{ step: 1, items: 3, sequences: 10, rows: 9 }]);
});

test('outputs that are not a row per sequence are counted and are no difference', async () => {
  const of = (sequences: number, rows: number) => ({
    input: FASTA(sequences),
    outputs: { '.hits.jsonl': '{"hit": 1}\n'.repeat(rows) },
  });
  const found = await check({ a: of(3, 30), b: of(2, 7), c: of(1, 1) });
  expect(found.differences).toEqual([]);
  expect(found.counts).toEqual([{ step: 1, items: 3, sequences: 6, rows: 38 }]);
});

test('sequences that the worker reports as left out are not missed', async () => {
  const of = (sequences: number, rows: number, metrics?: object) => ({
    input: FASTA(sequences),
    outputs: { '.npy': npyFile([rows, 4]) },
    ...(metrics === undefined ? {} : { metrics }),
  });
  const found = await check({ a: of(3, 3), b: of(2, 2), c: of(5, 4, { sequences: 4, skipped: 1 }) });
  expect(found.differences).toEqual([]);
});

test('sequences that were left out are counted and named with their files, as their items were done last', async () => {
  const skipped = { skipped_sequences: 2, skipped_ids: ['gone', 'lost'] };
  const { leftOut } = await check({
    a: { outputs: {}, metrics: skipped },
    b: { outputs: {}, metrics: { skipped_sequences: 0 } },
    c: { outputs: {}, metrics: { skipped: 30 } },
  });
  expect(leftOut).toEqual([
    {
      step: 1,
      items: 2,
      sequences: 32,
      named: [expect.stringMatching(/^gone in .*a\.fasta$/), expect.stringMatching(/^lost in .*a\.fasta$/)],
    },
  ]);
  expect(leftOut.map(leftOutText).join()).toMatch(
    /^step 1: 32 sequences left out of 2 files: gone in .*a\.fasta, lost in .*a\.fasta, …$/,
  );
});

test('what is too large to be counted at the end of a run is left for later, and said', async () => {
  const found = await check({ a: { input: FASTA(3), outputs: { '.npy': npyFile([1, 4]) } } }, { mostBytes: 100 });
  expect(found).toMatchObject({ differences: [], counts: [], left: [{ step: 1, bytes: 168 }] });
});
