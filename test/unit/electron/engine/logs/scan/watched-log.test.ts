import { closeSync, openSync, writeSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineRegions } from '../../../../../../electron/engine/logs/line-regions.ts';
import type { FoldedProblem } from '../../../../../../electron/engine/logs/scan/classify-log-line.ts';
import { SCAN_LINE_BYTES, SCAN_OVERLAP_BYTES } from '../../../../../../electron/engine/logs/scan/scan-limits.ts';
import { WatchedLog } from '../../../../../../electron/engine/logs/scan/watched-log.ts';
import type { LogProblem } from '../../../../../../shared/contract/logs.ts';
import { keepProblems } from '../../../../../../shared/run/log-problems.ts';

const regions = new LineRegions({ pieceBytes: SCAN_LINE_BYTES, overlapBytes: SCAN_OVERLAP_BYTES, returnsToo: true });

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-scan-'));
  path = join(folder, 'worker_0.log');
});
afterEach(() => rm(folder, { recursive: true }));

/** Scans a log that grows by these pieces, looking after each. `told` are the problems that somebody knows who was told of each change. */
function scanGrowing(pieces: Buffer[], sliceBytes = 1_000_000) {
  const told = new Map<string, LogProblem>();
  const tell = (problems: readonly FoldedProblem[]): void =>
    keepProblems(
      told,
      problems.map((one) => ({ step: 1, worker: 'worker_0', ...one })),
    );
  const fd = openSync(path, 'w');
  const log = new WatchedLog({ id: 'w', path, from: 0, regions });
  for (const piece of pieces) {
    writeSync(fd, piece);
    log.scanSlice(sliceBytes);
    tell(log.takeFindings()?.problems ?? []);
  }
  closeSync(fd);
  while (log.scanSlice(sliceBytes).more) {
    // More remains.
  }
  const { withdrawn, ...totals } = log.finish();
  tell([...withdrawn, ...totals.problems]);
  return { ...totals, told: [...told.values()].toSorted((one, other) => one.offset - other.offset) };
}

const LINES = [
  'plain text\n',
  'WARNING: item 17 is slow\n',
  'RuntimeError: no\r\n',
  'error: x\n',
  ' 10%|#  | 1/10 [a]\r',
  ' 20%|## | 2/10 [b]\r',
  'Token usage: input=1, output=10, cache_read=100\n',
  'Token usage: cache_creation=1000, output=10\n',
  'TOKEN USAGE: input=\u001b[1m1,001\u001b[0m\r\n',
  'Token usage: input=1.5k\n',
  '{"type":"assistant","message":{"id":"a","usage":{"input_tokens":3,"output_tokens":1}}}\n',
  '{"type":"assistant","message":{"id":"b","usage":{"input_tokens":4,"output_tokens":2}}}\n',
  '{"type":"result","usage":{"input_tokens":7,"output_tokens":3}}\n',
  'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    raise ValueError(1)\nValueError: 1\n',
  'ERROR: failed\nTraceback (most recent call last):\n  File "a.py", line 1\nOSError: 2\n\n',
  'During handling of the above exception, another exception occurred:\n\n',
  'bytes \0\n',
];

describe('WatchedLog', () => {
  it('tells at its end, too, that what it told of belongs to another problem', () => {
    const explanation = 'Traceback (most recent call last):\n  File "a.py", line 1\nOSError: 2\n';
    const fd = openSync(path, 'w');
    const log = new WatchedLog({ id: 'w', path, from: 0, regions });
    const told = new Map<string, LogProblem>();
    const tell = (problems: readonly FoldedProblem[]): void =>
      keepProblems(
        told,
        problems.map((one) => ({ step: 1, worker: 'worker_0', ...one })),
      );
    for (const piece of [`ERROR: failed\n${explanation}`, 'ERROR: failed\n']) {
      writeSync(fd, piece);
      log.scanSlice(1_000);
      tell(log.takeFindings()?.problems ?? []);
    }
    expect(told.size).toBe(2);
    writeSync(fd, explanation);
    closeSync(fd);
    log.scanSlice(1_000);
    const { withdrawn, problems } = log.finish();
    tell([...withdrawn, ...problems]);
    expect([...told.values()]).toMatchObject([{ count: 2, text: 'ERROR: failed · OSError: 2' }]);
  });

  it('finds the same however the log grew', () => {
    const invalid = Buffer.from([0xff, 0xfe, 0x0a]);
    const part = fc.oneof(
      fc.constantFrom(...LINES).map((line) => Buffer.from(line)),
      fc.constant(invalid),
    );
    const cuts = fc.array(fc.nat(400), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), cuts, fc.integer({ min: 1, max: 50 }), (parts, points, slice) => {
        const content = Buffer.concat(parts);
        const borders = [0, ...points.filter((point) => point < content.length).sort((a, b) => a - b), content.length];
        const pieces = borders.slice(1).map((end, index) => content.subarray(borders[index], end));
        const grown = scanGrowing(pieces, slice);
        expect(grown).toEqual(scanGrowing([content]));
        expect(grown.told).toMatchObject(grown.problems);
        expect(grown.told).toHaveLength(grown.problems.length);
      }),
      { numRuns: 150 },
    );
  });

  it('adds up tokens, folds problems with their first offset and keeps the latest bar', () => {
    const totals = scanGrowing([Buffer.from(`${LINES.join('')}${LINES.join('')} 30%|###| 3/10 [c]`)]);
    expect(totals).toMatchObject({
      id: 'w',
      accounts: {
        lines: {
          tokens: { input_tokens: 2004, output_tokens: 40, cache_read_tokens: 200, cache_creation_tokens: 2000 },
          requests: 6,
        },
        objects: { tokens: { input_tokens: 7, output_tokens: 3 }, requests: 2 },
      },
      progress: { done: 3, total: 10 },
      unlistedProblems: 0,
      unreadable: null,
      problems: [
        { level: 'warning', text: 'WARNING: item 17 is slow', count: 2, offset: 11 },
        { level: 'error', text: 'RuntimeError: no', count: 2, offset: 36 },
        { level: 'error', text: 'error: x', count: 2, offset: 54 },
        {
          level: 'warning',
          text: 'Tokens of this line are not counted: Token usage: input=1.5k',
          count: 2,
          offset: 227,
        },
        { level: 'error', text: 'ValueError: 1', count: 2, offset: 488 },
        { level: 'error', text: 'ERROR: failed · OSError: 2', count: 2, offset: 589 },
      ],
    });
  });

  it('misses no line at the borders of read blocks and slices', () => {
    const warning = 'WARNING: a\n';
    const content = Buffer.from(warning.repeat(40_000));
    expect(scanGrowing([content], 70_001).problems).toEqual([
      { level: 'warning', text: 'WARNING: a', count: 40_000, offset: 0 },
    ]);
  });

  it('sees what stands in a line without end once, also across the cut of its pieces', () => {
    for (const at of [
      SCAN_LINE_BYTES - 5,
      SCAN_LINE_BYTES - SCAN_OVERLAP_BYTES - 5,
      2 * SCAN_LINE_BYTES - SCAN_OVERLAP_BYTES - 3,
    ]) {
      const content = Buffer.from(`${'x '.repeat(at / 2)}Token usage: input=7${' y'.repeat(200_000)}`);
      expect(scanGrowing([content]).accounts.lines.tokens.input_tokens).toBe(7);
    }
  });

  it('waits for a log that does not exist yet and begins at the given offset', async () => {
    const log = new WatchedLog({ id: 'w', path, from: 15, regions });
    expect(log.scanSlice(100)).toEqual({ grew: false, more: false });
    await writeFile(path, 'WARNING: early\n');
    expect(log.scanSlice(100)).toEqual({ grew: false, more: false });
    await appendFile(path, 'WARNING: late\n');
    expect(log.scanSlice(100)).toEqual({ grew: true, more: false });
    expect(log.takeFindings()?.problems.map((problem) => problem.text)).toEqual(['WARNING: late']);
    expect(log.takeFindings()).toBeNull();
    expect(log.finish().scannedTo).toBe(29);
  });

  it('says why a log cannot be read', () => {
    const log = new WatchedLog({ id: 'w', path: folder, from: 0, regions });
    log.scanSlice(100);
    expect(log.finish().unreadable).toContain('EISDIR');
  });
});
