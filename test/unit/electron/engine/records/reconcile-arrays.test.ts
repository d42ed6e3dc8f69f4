import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpyHeader } from '../../../../../electron/engine/records/npy-header.ts';
import { checkArrays } from '../../../../../electron/engine/records/reconcile-arrays.ts';
import type { OutputLook } from '../../../../../electron/engine/records/reconcile-outputs.ts';
import { madeMetadata, madeState } from '../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** A `.npy` file of float32 as numpy writes it: version 1, header padded to 64 bytes. */
function npy(shape: string, values: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const head = Buffer.from(`\u0093NUMPY\u0001\u0000\u0076\u0000${text}\n`, 'latin1');
  return Buffer.concat([head, Buffer.alloc(values * 4)]);
}

/** Outputs of one item as they were looked at. */
function looks(files: Record<string, Buffer | string>): OutputLook[] {
  const folder = temporaryFolder();
  const [step] = madeState({ items: 1 }).steps;
  const item = step?.items[0];
  if (step === undefined || item === undefined) throw new Error('the made run has no item');
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return { step, item, path, size: content.length, mtime_ms: 0 };
  });
}

function metadataCostedBy(cost: 'bytes' | 'fasta-sequences'): ReturnType<typeof madeMetadata> {
  const metadata = madeMetadata({ items: 1 });
  for (const step of metadata.definition.steps) step.cost = cost;
  return metadata;
}

test('the header of an array tells rows and bytes', () => {
  const [look] = looks({ 'a.npy': npy('(3, 136)', 3 * 136) });
  expect(readNpyHeader(look?.path ?? '')).toEqual({
    rows: 3,
    expected_bytes: 128 + 3 * 136 * 4,
    bytes: 128 + 3 * 136 * 4,
  });
});

test.each(['', 'short', 'not an array at all, but long enough'])('%j is no array', (content) => {
  const [look] = looks({ 'a.npy': content });
  expect(readNpyHeader(look?.path ?? '')).toBeNull();
});

test('as many rows as ids agree, also without a last line end and with an empty array', async () => {
  const metadata = metadataCostedBy('bytes');
  expect(await checkArrays(looks({ 'a.npy': npy('(2, 4)', 8), 'a.ids.txt': 'one\ntwo\n' }), metadata)).toEqual([]);
  expect(await checkArrays(looks({ 'a.npy': npy('(2, 4)', 8), 'a.ids.txt': 'one\ntwo' }), metadata)).toEqual([]);
  expect(await checkArrays(looks({ 'a.npy': npy('(0, 4)', 0), 'a.ids.txt': '' }), metadata)).toEqual([]);
});

test('more rows than ids is a difference', async () => {
  const differences = await checkArrays(
    looks({ 'a.npy': npy('(3, 4)', 12), 'a.ids.txt': 'one\ntwo\n' }),
    metadataCostedBy('bytes'),
  );
  expect(differences.map(({ what, detail }) => `${what} ${detail}`).join()).toMatch(/rows .*has 3 rows, .*2 lines/);
});

test('an array that was cut off is a difference', async () => {
  const differences = await checkArrays(looks({ 'a.npy': npy('(3, 4)', 11) }), metadataCostedBy('bytes'));
  expect(differences.map(({ what }) => what)).toEqual(['array not whole']);
});

test('where items are costed by sequences, an array has a row for each', async () => {
  const metadata = metadataCostedBy('fasta-sequences');
  expect(await checkArrays(looks({ 'a.npy': npy('(1, 4)', 4) }), metadata)).toEqual([]);
  const differences = await checkArrays(looks({ 'a.npy': npy('(2, 4)', 8) }), metadata);
  expect(differences[0]?.detail).toContain('has 2 rows, /data/genomes/sample-000000.fasta 1 sequences');
});
