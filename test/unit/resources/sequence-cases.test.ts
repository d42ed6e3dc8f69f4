import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFailure, FileCounter } from '../../../electron/engine/cost/count-file.ts';
import { importResource } from '../../helpers/import-resource.ts';
import { readNpy } from '../../helpers/read-npy.ts';
import { CASES_FOLDER, SEQUENCE_CASES, type SequenceCase } from '../../helpers/sequence-cases.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

interface LeftOut {
  count: number;
  ids: string[];
}
type IdRule = 'first-word' | 'whole-header';

const { embedFile } = await importResource<{
  embedFile: (request: { file: string; output: string; k: number; ids?: IdRule; onlyDna?: boolean }) => Promise<{
    sequences: number;
    bases: number;
    leftOut: LeftOut;
    warnings: string[];
  }>;
}>('workers/kmer/embed-file.mjs');
const { readDna } = await importResource<{
  readDna: (
    path: string,
    take: (id: string, letters: Buffer) => void,
    onRead: () => void,
    options?: { ids?: IdRule; onlyDna?: boolean },
  ) => Promise<{ leftOut: LeftOut; warnings: string[] }>;
}>('workers/viral/read-dna.mjs');

const dna = SEQUENCE_CASES.filter(({ kind }) => kind === 'dna');
const good = dna.filter(({ error }) => error === undefined);
const bad = dna.filter(({ error }) => error !== undefined);
const path = ({ file }: SequenceCase): string => join(CASES_FOLDER, file);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

it('the table of cases names every file of its folder once', () => {
  const files = readdirSync(CASES_FOLDER).filter((name) => name !== 'cases.json');
  expect(SEQUENCE_CASES.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
});

describe('the k-mer worker', () => {
  async function embed(of: SequenceCase, options: { ids?: IdRule; onlyDna?: boolean } = {}) {
    const output = join(temporaryFolder(), 'out.npy');
    const found = await embedFile({ file: path(of), output, k: 2, ...options });
    const ids = readFileSync(output.replace('.npy', '.ids.txt'), 'utf8').split('\n').slice(0, -1);
    return { ...found, ids, rows: readNpy(output).rows };
  }

  it.each(good)('reads $file', async (expected) => {
    const { ids, rows, bases, leftOut, warnings } = await embed(expected);
    expect(ids).toEqual(expected.ids);
    expect(rows).toHaveLength(ids.length);
    expect(bases).toBe(sum(expected.letters ?? []));
    expect(leftOut).toEqual({ count: expected.left_out?.length ?? 0, ids: expected.left_out ?? [] });
    expect(warnings.join('\n')).toContain(expected.warning ?? '');
    expect(warnings).toHaveLength([expected.left_out, expected.warning].filter((it) => it !== undefined).length);
  });

  it.each(bad)('refuses $file and leaves nothing', async (expected) => {
    await expect(embed(expected)).rejects.toThrow(expected.error);
  });

  it('makes the same rows of a file whatever its line ends, gaps, blanks, comments and compression are', async () => {
    const same = good.filter(({ ids, letters }) => `${ids?.join()} ${letters?.join()}` === 's1,s2 16,18');
    const plain = same.filter(({ file }) => !/ambiguity|gaps|stars/.test(file));
    const [first, ...others] = await Promise.all(plain.map((of) => embed(of)));
    expect(others.length).toBeGreaterThan(15);
    for (const [index, other] of others.entries())
      expect([plain[index + 1]?.file, other.rows]).toEqual([plain[index + 1]?.file, first?.rows]);
  });

  it('takes whole headers for ids where that is wanted, and other letters for unknown bases', async () => {
    for (const expected of dna.filter(({ whole }) => whole !== undefined)) {
      const { ids, warnings } = await embed(expected, { ids: 'whole-header' });
      expect([ids, warnings]).toEqual([expected.whole, []]);
    }
    for (const expected of dna.filter(({ unchecked }) => unchecked !== undefined))
      expect((await embed(expected, { onlyDna: false })).bases).toBe(sum(expected.unchecked ?? []));
  });
});

describe('the reader of viral-features', () => {
  async function read(of: SequenceCase, options: { ids?: IdRule; onlyDna?: boolean } = {}) {
    const [ids, letters]: [string[], string[]] = [[], []];
    const found = await readDna(
      path(of),
      (id, bytes) => {
        ids.push(id);
        letters.push(bytes.toString('latin1'));
      },
      () => {},
      options,
    );
    return { ...found, ids, letters };
  }

  it.each(good.filter(({ same_ids }) => same_ids !== true))('reads $file', async (expected) => {
    const empty = expected.empty_reads ?? [];
    const { ids, letters, leftOut, warnings } = await read(expected);
    expect(ids).toEqual(expected.ids?.filter((id) => !empty.includes(id)));
    expect(letters.map(({ length }) => length)).toEqual(expected.letters?.filter((length) => length > 0));
    expect(letters.join('')).toMatch(/^[ACGTNRYSWKMBDHV]+$/);
    const left = [...(expected.left_out ?? []), ...empty];
    expect(leftOut).toEqual({ count: left.length, ids: left });
    expect(warnings.join('\n')).toContain(expected.warning ?? '');
  });

  it.each(bad)('refuses $file', async (expected) => {
    await expect(read(expected)).rejects.toThrow(expected.error);
  });

  it.each(good.filter(({ same_ids }) => same_ids === true))('refuses $file unless whole headers differ', async (of) => {
    const error = await read(of).catch(message);
    expect(error).toContain(of.warning);
    expect(error).toContain('whole-header');
    expect((await read(of, { ids: 'whole-header' })).ids).toEqual(of.whole);
  });

  it('writes letters that are no nucleotides as N where that is wanted', async () => {
    for (const expected of dna.filter(({ unchecked }) => unchecked !== undefined)) {
      const { letters } = await read(expected, { onlyDna: false });
      expect(letters.map(({ length }) => length)).toEqual(expected.unchecked);
      expect(letters.join('')).toMatch(/^[ACGTNRYSWKMBDHV]+$/);
    }
  });
});

describe('the counters of cost', () => {
  const counter = new FileCounter();

  it.each(SEQUENCE_CASES.filter(({ error }) => error === undefined))('count $file', async (expected) => {
    const letters = expected.letters ?? [];
    expect(await counter.count(path(expected), 'fasta-sequences')).toBe(expected.counted ?? letters.length);
    expect(await counter.count(path(expected), 'fasta-residues')).toBe(sum(letters));
    expect(await counter.count(path(expected), 'fasta-attention')).toBe(sum(letters.map((length) => length ** 2)));
  });

  it.each(SEQUENCE_CASES.filter(({ encoding, damage }) => encoding === true || damage === true))(
    'refuse $file with its name',
    async (expected) => {
      const error: unknown = await counter.count(path(expected), 'fasta-sequences').catch((reason: unknown) => reason);
      expect(message(error)).toContain(expected.error);
      expect(describeFailure(expected.file, error)).toMatch(new RegExp(`^${expected.file} (?:is|cannot)`));
    },
  );

  it.each(bad.filter(({ counted }) => counted !== undefined))('judge nothing in $file', async (expected) => {
    expect(await counter.count(path(expected), 'fasta-sequences')).toBe(expected.counted);
  });
});
