import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { importResource } from '../../helpers/import-resource.ts';

interface Id {
  text(): string;
}
interface Sink {
  begin(id: Id): void;
  residues(bytes: Buffer, start: number, end: number): number;
  end(isRead?: boolean): 'kept' | 'empty' | 'left-out';
  foreign?(): string;
}
interface Scanner {
  push(bytes: Buffer): void;
  finish(): void;
}
type MakeScanner = new (sink: Sink, rule: 'first-word') => Scanner;
type Records = [id: string, sequence: string][];

const { FastaScanner } = await importResource<{ FastaScanner: MakeScanner }>('workers/sequences/fasta-scanner.mjs');
const { FastqScanner } = await importResource<{ FastqScanner: MakeScanner }>('workers/sequences/fastq-scanner.mjs');
const { readSequences } = await importResource<{
  readSequences: (
    path: string,
    sink: Sink,
    options: { onRead: (done: number, total: number) => void },
  ) => Promise<unknown>;
}>('workers/sequences/read-sequences.mjs');

const folder = mkdtempSync(join(tmpdir(), 'drover-scan-'));
afterAll(() => rmSync(folder, { recursive: true }));

function collector(): { sink: Sink; records: Records } {
  const records: Records = [];
  let [id, text, open] = ['', '', false];
  const sink: Sink = {
    begin(next) {
      expect(open).toBe(false);
      [id, text, open] = [next.text(), '', true];
    },
    residues(bytes, start, end) {
      expect(open).toBe(true);
      text += Buffer.from(bytes.subarray(start, end)).toString().replace(/\s/g, '');
      return -1;
    },
    end() {
      expect(open).toBe(true);
      open = false;
      records.push([id, text]);
      return 'kept';
    },
  };
  return { sink, records };
}

/** Pushes a text in pieces through one buffer that is used again, as a file's pieces are. */
function scanText(Scanner: MakeScanner, text: string, pieceLength: number): Records {
  const { sink, records } = collector();
  const scanner = new Scanner(sink, 'first-word');
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const piece = Buffer.from(bytes.subarray(at, at + pieceLength));
    scanner.push(piece);
    piece.fill(0x3e);
  }
  scanner.finish();
  return records;
}

/** How many reads there are, or that a CR alone was refused. */
function outcome(text: string, length: number): number | 'refused' {
  try {
    return scanText(FastqScanner, text, length).length;
  } catch (error) {
    if (error instanceof Error && error.message.includes('ends with a CR alone')) return 'refused';
    throw error;
  }
}

async function scanFile(content: string | Buffer): Promise<Records> {
  const { sink, records } = collector();
  const path = join(folder, 'input');
  writeFileSync(path, content);
  await readSequences(path, sink, { onRead: () => {} });
  return records;
}

const newline = fc.constantFrom('\n', '\r\n');
const fastaNewline = fc.constantFrom('\n', '\r\n', '\r');
const pieceLength = fc.integer({ min: 1, max: 20 });
const word = fc.string({ unit: fc.constantFrom(...'abc|_.>@+1'.split('')), minLength: 1, maxLength: 6 });
const wrapped = fc.array(fc.string({ unit: fc.constantFrom(...'ACGTNacgt'.split('')), minLength: 1, maxLength: 9 }), {
  maxLength: 4,
});

describe('a FASTA scanner', () => {
  it('finds each record whatever the line ends, lines and pieces are', () => {
    const record = fc.record({ id: word, rest: fc.constantFrom('', ' of soil > marsh', '\tx'), lines: wrapped });
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1 }),
        fastaNewline,
        fc.boolean(),
        pieceLength,
        (records, end, last, length) => {
          const text = records.map(({ id, rest, lines }) => [`>${id}${rest}`, ...lines].join(end)).join(end);
          expect(scanText(FastaScanner, last ? text + end : text, length)).toEqual(
            records.map(({ id, lines }) => [id, lines.join('')]),
          );
        },
      ),
    );
  });

  it('takes a > inside a line for no mark', () => {
    expect(scanText(FastaScanner, '>a\nAC>GT\n>b\n', 3)).toEqual([
      ['a', 'AC>GT'],
      ['b', ''],
    ]);
  });

  it('takes the first word of a header for the id, and the number of the record when there is no word', () => {
    const ids = scanText(FastaScanner, '>\n>\r\n> a b\n>c\td\n', 4).map(([id]) => id);
    expect(ids).toEqual(['sequence_1', 'sequence_2', 'a', 'c']);
  });

  it('keeps no more than the beginning of an endless header, and refuses an endless id', () => {
    const endless = 'x'.repeat(2 ** 20);
    expect(scanText(FastaScanner, `>id ${endless}\nACGT\n`, 60_000)).toEqual([['id', 'ACGT']]);
    expect(() => scanText(FastaScanner, `>${endless}\nACGT\n`, 60_000)).toThrow('an id is longer than');
    const long = 'x'.repeat(70_000);
    expect(scanText(FastaScanner, `>${long} tail\nACGT\n`, 60_000)).toEqual([[long, 'ACGT']]);
  });

  it('leaves comments out, wherever the file is cut', () => {
    for (const length of [1, 2, 3, 5, 7, 100]) {
      const text = '>a ;\n;x\n;\r\nAC\n;>GT\r;\rGT\n>b\n;';
      expect(scanText(FastaScanner, text, length)).toEqual([
        ['a', 'ACGT'],
        ['b', ''],
      ]);
    }
  });
});

describe('a FASTQ scanner', () => {
  it('finds each record although @ and + are quality values, and lines are wrapped', () => {
    const record = fc.record({ id: word, lines: wrapped, repeat: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1 }),
        newline,
        fc.boolean(),
        pieceLength,
        (records, end, last, length) => {
          const text = records
            .map(({ id, lines, repeat }) => {
              const quality = lines.map((line) => '@+>I5'.repeat(2).slice(0, line.length));
              return [`@${id} read`, ...lines, repeat ? `+${id}` : '+', ...quality].join(end);
            })
            .join(end);
          expect(scanText(FastqScanner, last ? text + end : text, length)).toEqual(
            records.map(({ id, lines }) => [id, lines.join('')]),
          );
        },
      ),
    );
  });

  it('takes a record without bases, with an empty quality line', () => {
    expect(scanText(FastqScanner, '@a\n\n+\n\n@b\nA\n+\nI\n\n', 2)).toEqual([
      ['a', ''],
      ['b', 'A'],
    ]);
  });

  it('refuses a record that was cut off', () => {
    for (const text of ['@a', '@a\nACGT', '@a\nACGT\n+\n', '@a\nACGT\n+\nIII'])
      expect(() => scanText(FastqScanner, text, 100)).toThrow('its last FASTQ record ends before its quality does');
  });

  it('refuses a CR without its LF wherever the file is cut', () => {
    const record = fc.record({
      letters: fc.constantFrom('', 'A', 'ACGT'),
      end: fc.constantFrom('\n', '\r\n', '\r', '\r\r\n'),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), pieceLength, (records, length) => {
        const text = records.map(({ letters, end }) => ['@a', letters, '+', letters, ''].join(end)).join('');
        const lone = records.some(({ end }) => end === '\r' || end === '\r\r\n');
        expect(outcome(text, length)).toBe(lone ? 'refused' : records.length);
      }),
    );
  });

  it('refuses a quality that is longer than the sequence, and text between records', () => {
    expect(() => scanText(FastqScanner, '@a\nAC\n+\nIII\n', 100)).toThrow('the quality of a read is longer');
    expect(() => scanText(FastqScanner, '@a\nAC\n+\nII\nACGT\n', 100)).toThrow('a FASTQ record must begin with "@"');
  });
});

describe('scanning a file', () => {
  it('tells FASTA and FASTQ by the first character, after blank lines and a byte order mark', async () => {
    expect(await scanFile('\uFEFF\r\n\n  >a\nAC\n')).toEqual([['a', 'AC']]);
    expect(await scanFile('\n@a\nAC\n+\nII\n')).toEqual([['a', 'AC']]);
  });

  it('reads gzip by its content, with several members and an empty one at the end', async () => {
    const members = [gzipSync('>a\nAC'), gzipSync('GT\n>b\nA\n'), gzipSync('')];
    expect(await scanFile(Buffer.concat(members))).toEqual([
      ['a', 'ACGT'],
      ['b', 'A'],
    ]);
  });

  it('takes an id that is no UTF-8 for Latin-1', async () => {
    const [first] = await scanFile(Buffer.from([0x3e, 0xe4, 0xff, 0x20, 0x41, 0x0a]));
    expect(first?.[0]).toBe('äÿ');
  });

  it('goes over a file of many pieces and says how far it is', async () => {
    const path = join(folder, 'large');
    const text = Array.from({ length: 9000 }, (_, index) => `>s${index}\n${'ACGT'.repeat(25)}\n`).join('');
    const seen: number[] = [];
    for (const content of [Buffer.from(text), gzipSync(text, { level: 0 })]) {
      writeFileSync(path, content);
      const { sink, records } = collector();
      seen.length = 0;
      await readSequences(path, sink, {
        onRead: (done, total) => {
          expect(total).toBe(content.length);
          seen.push(done);
        },
      });
      expect(records).toHaveLength(9000);
      expect(seen.length).toBeGreaterThan(2);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(content.length);
    }
  });

  it.each([
    ['an empty file', Buffer.from(''), 'it holds no sequences'],
    ['nothing but blank lines', Buffer.from(' \n\r\n'), 'it holds no sequences'],
    ['gzip of nothing', gzipSync(''), 'it holds no sequences'],
    ['other text', Buffer.from('hello\n>a\n'), 'its first character is "h", expected ">" or "@"'],
    ['gzip of other text', gzipSync('hello\n'), 'its first character is "h"'],
    ['gzip that was cut off', gzipSync('>a\nACGT\n').subarray(0, 20), 'its gzip data ends too early'],
    ['gzip cut in a later member', Buffer.concat([gzipSync('>a\nA\n'), gzipSync('C\n').subarray(0, 15)]), 'too early'],
    ['damaged gzip', gzipSync('>a\nACGTACGT\n').fill(0xee, 12, 18), 'its gzip data is damaged'],
  ])('refuses %s with a sentence', async (_, content, sentence) => {
    await expect(scanFile(content)).rejects.toThrow(sentence);
  });

  it('names a file that is not there', async () => {
    const missing = join(folder, 'missing.fa');
    await expect(readSequences(missing, collector().sink, { onRead: () => {} })).rejects.toThrow(missing);
  });
});
