import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { importResource } from '../../helpers/import-resource.ts';
import { naiveFrequencies } from '../../helpers/naive-kmers.ts';
import { readNpy } from '../../helpers/read-npy.ts';

interface Request {
  file: string;
  output: string;
  k: number;
  onProgress?: (done: number, total: number) => void;
}

const { embedFile } = await importResource<{
  embedFile: (request: Request) => Promise<{ sequences: number; bases: number; outputs: string[] }>;
}>('workers/kmer/embed-file.mjs');

const folder = mkdtempSync(join(tmpdir(), 'drover-embed-'));
const file = join(folder, 'in');
const out = join(folder, 'out');
const output = join(out, 'in.npy');
const ids = join(out, 'in.ids.txt');

beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('embedFile', () => {
  it('writes a row and an id per sequence, equal to an independent computation', async () => {
    const sequence = fc.string({ unit: fc.constantFrom(...'ACGTTGCAacgtNnU'.split('')), minLength: 1, maxLength: 80 });
    const width = fc.integer({ min: 1, max: 100 });
    const property = fc.asyncProperty(
      fc.array(sequence, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      width,
      fc.boolean(),
      async (sequences, k, lineWidth, gzipped) => {
        const lines = new RegExp(`.{1,${lineWidth}}`, 'g');
        const text = sequences.map((text, at) => `>s${at} x\n${text.replace(lines, '$&\n')}`).join('');
        writeFileSync(file, gzipped ? gzipSync(text) : text);
        const result = await embedFile({ file, output, k });
        expect(readNpy(output).rows).toEqual(sequences.map((text) => naiveFrequencies(text, k)));
        expect(readFileSync(ids, 'utf8')).toBe(sequences.map((_, at) => `s${at}\n`).join(''));
        expect(result).toMatchObject({
          sequences: sequences.length,
          bases: sequences.join('').length,
          outputs: [output, ids],
        });
        expect(readdirSync(out).toSorted()).toEqual(['in.ids.txt', 'in.npy']);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it('writes more rows than its buffer holds', async () => {
    const sequences = Array.from({ length: 3000 }, (_, at) => 'ACGT'.repeat((at % 5) + 1).slice(at % 3));
    writeFileSync(file, sequences.map((text, at) => `>s${at}\n${text}\n`).join(''));
    await embedFile({ file, output, k: 4 });
    const { shape, rows } = readNpy(output);
    expect(shape).toEqual([3000, 136]);
    for (const at of [0, 1, 1926, 1927, 1928, 2998, 2999])
      expect(rows[at]).toEqual(naiveFrequencies(sequences[at] ?? '', 4));
  });

  it('replaces outputs of an earlier attempt and what was left of one that was cut off', async () => {
    writeFileSync(output, 'old');
    writeFileSync(join(out, '.partial.in.npy'), 'cut off'.repeat(1000));
    writeFileSync(file, '>a\nACGT\n');
    await embedFile({ file, output, k: 1 });
    expect(readNpy(output).rows).toEqual([[0.5, 0.5]]);
    expect(readdirSync(out).toSorted()).toEqual(['in.ids.txt', 'in.npy']);
  });

  it('makes the folder of its outputs', async () => {
    writeFileSync(file, '>a\nACGT\n');
    const deep = join(out, 'a', 'b', 'in.npy');
    expect((await embedFile({ file, output: deep, k: 1 })).outputs).toEqual([deep, join(out, 'a', 'b', 'in.ids.txt')]);
  });

  it('leaves nothing behind when the file turns out to be bad after many rows', async () => {
    const text = Array.from({ length: 5000 }, (_, at) => `>s${at}\nACGTACGTAC\n`).join('');
    writeFileSync(file, gzipSync(text).subarray(0, -9));
    await expect(embedFile({ file, output, k: 4 })).rejects.toThrow('its gzip data ends too early');
    expect(readdirSync(out)).toEqual([]);
  });
});
