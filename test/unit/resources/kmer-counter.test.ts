import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importResource } from '../../helpers/import-resource.ts';
import { naiveFrequencies } from '../../helpers/naive-kmers.ts';

interface KmerCounter {
  dimension: number;
  bases: number;
  begin(): void;
  add(bytes: Uint8Array, start: number, end: number): number;
  writeFrequencies(row: Float32Array): void;
}

const { KmerCounter, MAX_K } = await importResource<{
  KmerCounter: new (k: number, onlyDna?: boolean) => KmerCounter;
  MAX_K: number;
}>('workers/kmer/kmer-counter.mjs');

function frequencies(counter: KmerCounter, pieces: string[]): number[] {
  const row = new Float32Array(counter.dimension);
  counter.begin();
  for (const piece of pieces) counter.add(Buffer.from(`??${piece}??`), 2, 2 + piece.length);
  counter.writeFrequencies(row);
  return [...row];
}

const residue = fc.constantFrom(...'AACCGGTTacgtUuNnRy'.split(''));
const sequence = fc.array(residue, { maxLength: 60 }).map((residues) => residues.join(''));

describe('KmerCounter', () => {
  it('has as many columns as there are canonical k-mers', () => {
    const dimensions = Array.from({ length: MAX_K }, (_, index) => new KmerCounter(index + 1).dimension);
    expect(dimensions).toEqual([2, 10, 32, 136, 512, 2080, 8192, 32_896]);
  });

  it('agrees with a computation by cutting strings, however the sequence is cut into pieces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(sequence, { maxLength: 4 }), (k, pieces) => {
        expect(frequencies(new KmerCounter(k), pieces)).toEqual(naiveFrequencies(pieces.join(''), k));
      }),
    );
  });

  it('agrees for the longest k-mers as well', () => {
    const text = 'ACGTTGCAACGTACGATTTTTTTTTTNACGATCGATCGGGGGGGGGCCCCC';
    expect(frequencies(new KmerCounter(8), [text])).toEqual(naiveFrequencies(text, 8));
  });

  it('gives a sequence and its reverse complement the same row', () => {
    expect(frequencies(new KmerCounter(3), ['AACCGTTTGA'])).toEqual(frequencies(new KmerCounter(3), ['TCAAACGGTT']));
  });

  it('keeps nothing of the sequence before', () => {
    const counter = new KmerCounter(2);
    frequencies(counter, ['GGGGG']);
    expect(frequencies(counter, ['A', 'A'])).toEqual(naiveFrequencies('AA', 2));
  });

  it('gives zeros when no window is free of ambiguous bases', () => {
    expect(new Set(frequencies(new KmerCounter(4), ['ACGNACGNAC']))).toEqual(new Set([0]));
    expect(new Set(frequencies(new KmerCounter(4), []))).toEqual(new Set([0]));
  });

  it('passes over gaps, and stops at what is no letter of DNA', () => {
    const counter = new KmerCounter(2);
    expect(frequencies(counter, ['A-C.', '.G*T'])).toEqual(naiveFrequencies('ACGT', 2));
    const bytes = Buffer.from('ACE\0');
    expect([counter.add(bytes, 0, 4), new KmerCounter(2, false).add(bytes, 0, 4)]).toEqual([2, 3]);
  });

  it('passes over line ends and blanks, and counts all residues', () => {
    const counter = new KmerCounter(4);
    expect(frequencies(counter, ['AC\r\nGT \tNA', '\nCCGA\n'])).toEqual(naiveFrequencies('ACGTNACCGA', 4));
    expect(counter.bases).toBe(10);
  });
});
