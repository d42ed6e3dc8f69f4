import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  COMPRESSED_READ_BYTES,
  describeFailure,
  FileCounter,
  READ_BYTES,
} from '../../../../../electron/engine/cost/count-file.ts';
import { naiveCosts } from '../../../../helpers/naive-costs.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function write(name: string, bytes: Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

/** Text that deflates badly, so that compressed files are large as well. */
function fasta(bytes: number): Buffer {
  let state = 1;
  const letters = Array.from({ length: bytes }, (_, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return at % 97 === 0 ? '\n' : at % 991 === 1 ? '>' : String.fromCharCode(65 + (state >>> 27));
  });
  return Buffer.from(`>first${letters.join('')}`);
}

/** A gzip member of exactly so many bytes: its text is stored without compression, and shortened until it fits. */
function storedMember(bytes: number): Buffer {
  const text = fasta(bytes);
  const members = Array.from({ length: 100 }, (_, less) =>
    gzipSync(text.subarray(0, text.length - less), { level: 0 }),
  );
  const fitting = members.find((member) => member.length === bytes);
  if (fitting === undefined) throw new Error('No member fits');
  return fitting;
}

const counter = new FileCounter();

test('a file of several reads is counted whole', async () => {
  const bytes = fasta(3 * READ_BYTES + 17);
  const expected = naiveCosts(bytes);
  const file = write('a.fa', bytes);
  expect(await counter.count(file, 'fasta-residues')).toBe(expected['fasta-residues']);
  expect(await counter.count(file, 'fasta-sequences')).toBe(expected['fasta-sequences']);
  expect(await counter.count(write('b.fa', Buffer.from('>x\nAC')), 'fasta-residues')).toBe(2);
});

describe('a gzip file', () => {
  test('small or large counts as its text does', async () => {
    const small = fasta(500);
    const large = fasta(400_000);
    expect(gzipSync(large).length).toBeGreaterThan(2 * READ_BYTES);
    for (const [name, bytes] of Object.entries({ small, large })) {
      const file = write(`${name}.fa.gz`, gzipSync(bytes));
      expect(await counter.count(file, 'fasta-residues')).toBe(naiveCosts(bytes)['fasta-residues']);
    }
  });

  test('small that becomes far more text than is held at once counts, too', async () => {
    const bytes = Buffer.concat(Array.from({ length: 800 }, () => Buffer.from(`>a\n${'A'.repeat(10_000)}\n`)));
    const file = write('bomb.fa.gz', gzipSync(bytes));
    expect(await counter.count(file, 'fasta-residues')).toBe(8_000_000);
  });

  test.each([
    ['small', 300],
    ['large', 150_000],
  ])('of several %s members counts all of them, and zeros behind the last are ignored', async (_, size) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300), fc.integer({ min: 1, max: 4 }), fc.nat(1000), async (extra, members, zeros) => {
        const bytes = fasta(size + extra);
        const file = write(
          'm.fa.gz',
          Buffer.concat([...Array<Buffer>(members).fill(gzipSync(bytes)), Buffer.alloc(zeros)]),
        );
        const expected = naiveCosts(Buffer.concat(Array<Buffer>(members).fill(bytes)));
        expect(await counter.count(file, 'fasta-sequences')).toBe(expected['fasta-sequences']);
      }),
      { numRuns: 8 },
    );
  });

  test('whose member ends exactly where a read ends goes on with the next', async () => {
    const first = storedMember(COMPRESSED_READ_BYTES);
    const file = write('boundary.fa.gz', Buffer.concat([first, gzipSync('\n>next\nAC\n')]));
    const alone = await counter.count(write('alone.fa.gz', first), 'fasta-sequences');
    expect(await counter.count(file, 'fasta-sequences')).toBe(alone + 1);
  });

  test('that is cut off anywhere fails with its name, and the next file counts', async () => {
    const whole = { small: gzipSync(fasta(300)), large: gzipSync(fasta(400_000)) };
    const good = write('good.fa.gz', whole.small);
    for (const [name, bytes] of Object.entries(whole)) {
      for (const keep of [0, 5, 18, Math.floor(bytes.length / 2), bytes.length - 8, bytes.length - 1]) {
        const file = write(`${name}-${keep}.fa.gz`, bytes.subarray(0, keep));
        const error = await counter.count(file, 'fasta-sequences').catch((reason: unknown) => reason);
        expect(describeFailure(file, error)).toBe(
          `${file} is cut off: its compressed data ends too early. Copy it again or remove it.`,
        );
      }
    }
    expect(await counter.count(good, 'fasta-sequences')).toBe(naiveCosts(fasta(300))['fasta-sequences']);
  });

  test('is one by its content, whatever its name', async () => {
    expect(await counter.count(write('plain.fa.gz', Buffer.from('>a\nACGT\n')), 'lines')).toBe(2);
    expect(await counter.count(write('gzip.txt', gzipSync('a\nb\n')), 'lines')).toBe(2);
  });

  test.each([
    ['small', 300],
    ['large', 150_000],
  ])('goes on behind zeros between %s members, and fails where something else follows', async (_, size) => {
    const [bytes, zeros] = [fasta(size), Buffer.alloc(70_000)];
    const padded = write('p.fa.gz', Buffer.concat([gzipSync(bytes), zeros, gzipSync(bytes), Buffer.alloc(1)]));
    const twice = naiveCosts(Buffer.concat([bytes, bytes]))['fasta-sequences'];
    expect(await counter.count(padded, 'fasta-sequences')).toBe(twice);
    for (const rest of ['x', '\x1f', '\x1f\x8c']) {
      const file = write('bad.fa.gz', Buffer.concat([gzipSync(bytes), zeros, Buffer.from(rest, 'latin1')]));
      const error = await counter.count(file, 'fasta-sequences').catch((reason: unknown) => reason);
      expect(describeFailure(file, error)).toContain(`${file} is damaged`);
    }
  });
});
