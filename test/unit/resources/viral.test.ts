import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rowReader } from '../../../electron/engine/records/reconcile/rows/rows-of-file.ts';
import { importResource } from '../../helpers/import-resource.ts';
import { naiveOpenFrames } from '../../helpers/naive-translation.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

interface Chunk {
  id: string;
  letters: string;
}
interface Table {
  ids: string[];
  columns: number;
  row: (index: number) => Buffer;
  notes: Record<string, string>;
  close: () => void;
}

const { chunkSequence, chunkStarts } = await importResource<{
  chunkStarts: (length: number, size: number) => number[];
  chunkSequence: (id: string, letters: Buffer, size: number) => Iterable<{ id: string; letters: Buffer }>;
}>('workers/viral/chunk-sequence.mjs');
const { openFrames } = await importResource<{ openFrames: typeof naiveOpenFrames }>(
  'workers/viral/translate-frames.mjs',
);
const { readEmbeddings, writeTable } = await importResource<{
  readEmbeddings: (path: string) => Table;
  writeTable: (
    file: number,
    table: { name: string; columns: number; ids: string[]; rows: Buffer[][]; metadata: Record<string, string> },
    idsMax?: number,
  ) => void;
}>('workers/viral/safetensors-file.mjs');
const { mergeTables } = await importResource<{
  mergeTables: (dna: Table, protein: Table) => { ids: string[]; columns: number; rows: Iterable<Buffer[]> };
}>('workers/viral/merge-tables.mjs');

const FIXTURES = join(import.meta.dirname, '../../fixtures/viral');
const dna = (letters: string, options: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters.split('')), ...options });

describe('chunks of a sequence', () => {
  it('cover every base, are as few as can be, and all but the last are whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 1_000 }), (length, size) => {
        const starts = chunkStarts(length, size);
        expect(starts).toHaveLength(Math.ceil(length / size));
        expect(starts[0]).toBe(0);
        expect(starts.at(-1)).toBeLessThan(length);
        expect((starts.at(-1) ?? 0) + size).toBeGreaterThanOrEqual(length);
        const overlaps = starts.slice(1).map((start, index) => (starts[index] ?? 0) + size - start);
        for (const overlap of overlaps) expect(overlap).toBeGreaterThanOrEqual(0);
        expect(overlaps).toEqual(overlaps.toSorted((a, b) => b - a));
        expect((overlaps[0] ?? 0) - (overlaps.at(-1) ?? 0)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each<[number, number, number[]]>([
    [1001, 500, [0, 333, 666]],
    [501, 500, [0, 250]],
    [700, 500, [0, 349]],
    [1200, 500, [0, 399, 798]],
    [1499, 500, [0, 499, 999]],
    [2500, 500, [0, 500, 1000, 1500, 2000]],
    [1499, 300, [0, 299, 599, 899, 1199]],
    [1300, 300, [0, 259, 518, 777, 1036]],
    [500, 500, [0]],
    [299, 500, [0]],
  ])('of %i bases, %i each, lie where VirNucPro has them', (length, size, starts) => {
    expect(chunkStarts(length, size)).toEqual(starts);
  });

  it('have names with their number, and the last one ends with the sequence', () => {
    const chunks = [...chunkSequence('s', Buffer.from('ACGTACG'), 4)];
    expect(chunks.map(({ id, letters }) => [id, letters.toString()])).toEqual([
      ['s_chunk_1', 'ACGT'],
      ['s_chunk_2', 'TACG'],
    ]);
  });
});

describe('the six-frame translation', () => {
  it('finds what an independent one finds', () => {
    fc.assert(
      fc.property(dna('ACGT', { maxLength: 60 }), (letters) => {
        expect(openFrames(letters)).toEqual(naiveOpenFrames(letters));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['test_with_orfs', 'test_fixed_500bp'])('finds in %s the proteins that VirNucPro has found', (name) => {
    const sequences = fasta(readFileSync(join(FIXTURES, `${name}.fa`), 'latin1'));
    const found = sequences.flatMap(({ id, letters }) =>
      [...chunkSequence(id, Buffer.from(letters), 500)].flatMap((chunk) =>
        openFrames(chunk.letters.toString()).map(({ frame, protein }) => ({ id: chunk.id + frame, letters: protein })),
      ),
    );
    expect(found).toEqual(fasta(readFileSync(join(FIXTURES, `${name}_identified_protein.faa`), 'latin1')));
    expect(found).toHaveLength(4);
  });

  it('reads ambiguous letters: the amino acid where all readings agree, X where they do not', () => {
    const first = (letters: string) => openFrames(letters).find(({ frame }) => frame === 'F1')?.protein;
    expect(first('GCNATHYTAMGN')).toBe('AILX');
    // Unknown letters alone are no protein.
    expect(first('NNNNNN')).toBeUndefined();
    expect(first('NNNATG')).toBe('XM');
    // Every reading of these is a stop.
    expect(first('TAR')).toBeUndefined();
    expect(first('TRA')).toBeUndefined();
  });

  it('gives the reverse complement the frames of the other strand', () => {
    const complement: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A', N: 'N', R: 'Y', Y: 'R' };
    const turn = (letters: string) =>
      letters
        .split('')
        .toReversed()
        .map((letter) => complement[letter] ?? '')
        .join('');
    fc.assert(
      fc.property(dna('ACGTNRY', { maxLength: 60 }), (letters) => {
        const turned = openFrames(turn(letters)).map(({ frame, protein }) => ({
          frame: (frame.startsWith('F') ? 'R' : 'F') + frame.slice(1),
          protein,
        }));
        const byFrame = (a: { frame: string }, b: { frame: string }) => a.frame.localeCompare(b.frame);
        expect(turned.toSorted(byFrame)).toEqual(openFrames(letters));
      }),
    );
  });
});

describe('tables of features', () => {
  const write = (ids: string[], rows: number[][], notes: Record<string, string> = {}, idsMax?: number): string => {
    const file = join(temporaryFolder(), 'table.safetensors');
    const opened = openSync(file, 'w');
    const columns = rows[0]?.length ?? 3;
    const content = { name: 'embeddings', columns, ids, rows: rows.map((row) => [floats(row)]), metadata: notes };
    writeTable(opened, content, idsMax);
    closeSync(opened);
    return file;
  };
  const table = (ids: string[], rows: number[][], notes: Record<string, string> = {}, idsMax?: number): Table => {
    const opened = readEmbeddings(write(ids, rows, notes, idsMax));
    onTestFinished(() => opened.close());
    return opened;
  };

  it('keep ids that are too many for a header beside the rows, where every reader finds them', async () => {
    const ids = ['a', 'vill\u00e0 2', '', '\ud83e\udda0"'];
    const rows = [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ];
    const file = write(ids, rows, { model: 'm' }, 30);
    const read = readEmbeddings(file);
    onTestFinished(() => read.close());
    expect(read).toMatchObject({ ids, columns: 2, notes: { model: 'm' } });
    expect(ids.map((_, index) => numbers(read.row(index)))).toEqual(rows);
    expect(await rowReader(file)?.(file)).toEqual({ rows: 4, damage: null });
    expect(table(ids, rows).ids).toEqual(ids);
  });

  it('are read from anywhere, over many blocks', () => {
    const count = 3_000;
    const rows = Array.from({ length: count }, (_, row) => Array.from({ length: 1_000 }, () => row));
    const read = table(
      rows.map((_, row) => `r${row}`),
      rows,
    );
    for (const index of [0, 1, 2999, 1500, 1501, 1048, 1049, 1047, 0])
      expect(numbers(read.row(index))).toEqual(rows[index]);
    for (const index of rows.keys()) expect(read.row(index).readFloatLE(3_996)).toBe(index);
  });

  it('are refused when rows and ids are not equally many', () => {
    const file = openSync(join(temporaryFolder(), 'uneven.safetensors'), 'w');
    onTestFinished(() => closeSync(file));
    const content = { name: 'x', columns: 1, ids: ['a', 'b'], rows: [[floats([1])]], metadata: {} };
    expect(() => writeTable(file, content)).toThrow('4 bytes of rows were made for 2 rows');
  });

  it('are read as they were written, whatever the length of the header', () => {
    for (const note of ['', 'x', 'xx', 'xxx', 'ä', '日本語']) {
      const read = table(
        ['a', 'b'],
        [
          [1, 2.5, -3],
          [4, 5, 6],
        ],
        { model: note },
      );
      expect(read).toMatchObject({ ids: ['a', 'b'], columns: 3, notes: { model: note } });
      expect(numbers(read.row(1))).toEqual([4, 5, 6]);
    }
  });

  it('are joined row by row: the numbers of the chunk, then those of the protein', () => {
    const dnaTable = table(
      ['s_chunk_1', 's_chunk_2'],
      [
        [1, 2],
        [3, 4],
      ],
    );
    const proteins = table(['s_chunk_2R1', 's_chunk_2F3', 's_chunk_1F1'], [[10], [20], [30]]);
    const merged = mergeTables(dnaTable, proteins);
    expect(merged).toMatchObject({ ids: ['s_chunk_2R1', 's_chunk_2F3', 's_chunk_1F1'], columns: 3 });
    expect([...merged.rows].map((parts) => numbers(Buffer.concat(parts)))).toEqual([
      [3, 4, 10],
      [3, 4, 20],
      [1, 2, 30],
    ]);
  });

  it('have no rows where there are no proteins', () => {
    expect([...mergeTables(table(['s_chunk_1'], [[1]]), table([], [])).rows]).toEqual([]);
  });

  it('are refused when rows cannot be told apart, or a chunk is missing', () => {
    expect(() => mergeTables(table(['a'], [[1]]), table(['bF1'], [[1]]))).toThrow('protein bF1 has no row in the DNA');
    expect(() => mergeTables(table(['a', 'a'], [[1], [2]]), table([], []))).toThrow('DNA table is there twice');
    expect(() => mergeTables(table(['a'], [[1]]), table(['aF1', 'aF1'], [[1], [2]]))).toThrow('protein table');
  });

  it('are refused when the file is cut off or something else', () => {
    const path = join(temporaryFolder(), 'broken.safetensors');
    for (const content of ['', 'x', 'hello, this is no table', Buffer.concat([Buffer.alloc(8, 1), Buffer.alloc(9)])]) {
      writeFileSync(path, content);
      expect(() => readEmbeddings(path)).toThrow('is no whole file of embeddings');
    }
  });
});

function fasta(text: string): Chunk[] {
  const [, ...records] = text.split(/^>/m);
  return records.map((record) => {
    const [id = '', ...lines] = record.split('\n');
    return { id, letters: lines.join('') };
  });
}

function floats(values: number[]): Buffer {
  return Buffer.from(new Float32Array(values).buffer);
}

function numbers(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
