/**
 * Makes the sample sequences in samples/: the same bytes on every machine.
 *
 *     node make-samples.mjs [FOLDER]
 *
 * Sizes are lognormal, as in real collections: a few files have most of the bases.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, gzipSync } from 'node:zlib';

/** Residues of a file of median size, and the spread of the logarithms. */
const MEDIAN_BASES = 60_000;
const SIGMA = 1.5;
const LINE_WIDTH = 70;

/** @typedef {{ name: string, sequences: number, gc: number, bases?: number, masked?: boolean, quality?: boolean }} Sample */
/** @typedef {() => number} Random */

/**
 * Name, number of sequences, share of G and C, and special properties. The size of a file is random unless `bases` is set.
 * @type {Sample[]}
 */
const SAMPLES = [
  { name: 'marsh-01.fna', sequences: 9, gc: 0.44 },
  { name: 'marsh-02.fna.gz', sequences: 31, gc: 0.52 },
  { name: 'marsh-03.fna.gz', sequences: 6, gc: 0.38 },
  { name: 'marsh-04.fna', sequences: 120, gc: 0.61 },
  { name: 'spring-01.fa', sequences: 14, gc: 0.35 },
  { name: 'spring-02.fa.gz', sequences: 44, gc: 0.48, bases: 1_400_000 },
  { name: 'spring-03.fa', sequences: 3, gc: 0.57 },
  { name: 'spring-04.fa', sequences: 22, gc: 0.5 },
  { name: 'soil-01.fasta.gz', sequences: 260, gc: 0.64, bases: 850_000 },
  { name: 'soil-02.fasta', sequences: 12, gc: 0.66 },
  { name: 'soil-03.fasta.gz', sequences: 8, gc: 0.59 },
  { name: 'soft-masked.fa', sequences: 5, gc: 0.41, bases: 48_000, masked: true },
  { name: 'reads.fq', sequences: 150, gc: 0.46, bases: 22_500, quality: true },
  { name: 'tiny.fa', sequences: 1, gc: 0.5, bases: 12 },
];

/**
 * Writes all samples into a folder.
 * @param {string} folder
 */
export function makeSamples(folder) {
  // Not with `recursive`, which may never return; the parent folder exists.
  if (!existsSync(folder)) mkdirSync(folder);
  for (const [index, sample] of SAMPLES.entries()) {
    const text = makeSample(sample, makeRandom(index + 1));
    writeFileSync(join(folder, sample.name), sample.name.endsWith('.gz') ? compress(text) : text);
  }
}

/** @param {Sample} sample @param {Random} random */
function makeSample(sample, random) {
  const bases = sample.bases ?? Math.round(MEDIAN_BASES * Math.exp(SIGMA * normal(random)));
  const lengths = splitUnevenly(bases, sample.sequences, random);
  const source = sample.name.split('.')[0];
  return lengths.map((length, index) => makeRecord(`${source}_${index + 1}`, length, sample, random)).join('');
}

/** @param {string} id @param {number} length @param {Sample} sample @param {Random} random */
function makeRecord(id, length, { gc, masked, quality }, random) {
  const plain = makeSequence(length, gc, random);
  const sequence = masked === true ? mask(plain, random) : plain;
  if (quality === true) return `@${id}\n${sequence}\n+\n${makeQuality(length, random)}\n`;
  const lines = sequence.match(new RegExp(`.{1,${LINE_WIDTH}}`, 'g')) ?? [];
  return `>${id} length=${length}\n${lines.join('\n')}\n`;
}

/** @param {number} length @param {number} gc @param {Random} random */
function makeSequence(length, gc, random) {
  let sequence = '';
  for (let at = 0; at < length; at++) {
    const pair = random() < gc ? 'GC' : 'AT';
    sequence += pair[random() < 0.5 ? 0 : 1];
  }
  return sequence;
}

/**
 * Adds lower case for repeats and runs of N for gaps, as assemblies have them.
 * @param {string} sequence @param {Random} random
 */
function mask(sequence, random) {
  return sequence.replace(/.{1,500}/g, (stretch) => {
    const draw = random();
    if (draw < 0.1) return 'N'.repeat(stretch.length);
    return draw < 0.4 ? stretch.toLowerCase() : stretch;
  });
}

/**
 * Returns Phred scores from 20 to 40.
 * @param {number} length @param {Random} random
 */
function makeQuality(length, random) {
  return Array.from({ length }, () => String.fromCharCode(33 + 20 + Math.floor(random() * 21))).join('');
}

/**
 * Returns positive parts of uneven size with this sum.
 * @param {number} total @param {number} count @param {Random} random
 */
function splitUnevenly(total, count, random) {
  const weights = Array.from({ length: count }, () => 0.1 + random() ** 2);
  const sum = weights.reduce((before, weight) => before + weight, 0);
  const parts = weights.map((weight) => Math.max(1, Math.floor((total * weight) / sum)));
  parts[0] += total - parts.reduce((before, part) => before + part, 0);
  return parts;
}

/**
 * Returns the sum of twelve uniform numbers, which is close enough to a normal one and the same on every machine.
 * @param {Random} random
 */
function normal(random) {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random();
  return sum;
}

/**
 * Returns numbers in [0, 1), by Marsaglia's xorshift with 32 bits.
 * @param {number} seed
 * @returns {Random}
 */
function makeRandom(seed) {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * Compresses with Huffman coding without a search for repeats, because that search differs between versions and processors. Time and system
 * are left out of the header (bytes 4 to 9).
 * @param {string} text
 */
function compress(text) {
  const packed = gzipSync(text, { level: 6, memLevel: 9, strategy: constants.Z_HUFFMAN_ONLY });
  packed.fill(0, 4, 9);
  packed[9] = 255;
  return packed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  makeSamples(process.argv[2] ?? join(import.meta.dirname, 'samples'));
