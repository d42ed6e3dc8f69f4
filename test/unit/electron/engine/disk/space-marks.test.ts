import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FAR_CHECK_MS,
  fileMarks,
  isLow,
  NEAR_CHECK_MS,
  nextCheckMs,
  PAUSED_CHECK_MS,
  SECOND_CHECK_MS,
  spaceMarks,
} from '../../../../../electron/engine/disk/space-marks.ts';

const GIB = 1024 ** 3;
const size = fc.integer({ min: 0, max: 10_000 }).map((gib) => gib * GIB);
const set = fc.option(fc.integer({ min: 0, max: 20_000 }).map((gib) => gib * GIB));
/** Courses of free space in shares of the disk, with many values near the marks. */
const course = fc.array(
  fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.05, noNaN: true })),
);

describe('the marks of a disk', () => {
  it('are a GiB and twice that on a large disk, and a share of a small one', () => {
    expect(spaceMarks(4_000 * GIB, null)).toEqual({ low: GIB, high: 2 * GIB });
    expect(spaceMarks(10 * GIB, null)).toEqual({ low: 0.1 * GIB, high: 0.2 * GIB });
  });

  it('are what somebody sets, as it is, and can be reached as long as it is less than the disk', () => {
    expect(spaceMarks(1_000 * GIB, 50 * GIB)).toEqual({ low: 50 * GIB, high: 100 * GIB });
    expect(spaceMarks(100 * GIB, 60 * GIB)).toEqual({ low: 60 * GIB, high: 80 * GIB });
    expect(spaceMarks(10 * GIB, 500 * GIB)).toEqual({ low: 500 * GIB, high: 500 * GIB });
  });

  it('can always be reached by freeing, and never hold up a disk of unknown size or one that nobody wants watched', () => {
    fc.assert(
      fc.property(size, set, (bytes, kept) => {
        const marks = spaceMarks(bytes, kept);
        expect(marks.low).toBeGreaterThanOrEqual(0);
        expect(marks.high).toBeGreaterThanOrEqual(marks.low);
        const canBeReached = kept === null || kept < bytes || bytes === 0;
        expect(canBeReached && isLow(true, bytes, marks)).toBe(false);
        expect(isLow(false, 0, spaceMarks(0, kept))).toBe(false);
        expect(isLow(false, 0, spaceMarks(bytes, 0))).toBe(false);
      }),
    );
  });
});

describe('the marks of a disk in files', () => {
  it('are ten thousand on a large disk, a share of a small one, and none where it has no such limit', () => {
    expect(fileMarks(16_000_000)).toEqual({ low: 10_000, high: 20_000 });
    expect(fileMarks(1_000)).toEqual({ low: 10, high: 20 });
    expect(isLow(false, 0, fileMarks(0))).toBe(false);
  });
});

describe('a disk', () => {
  it('becomes low below the low mark only, and is well again from the high mark on only', () => {
    fc.assert(
      fc.property(size, set, course, (bytes, kept, shares) => {
        const marks = spaceMarks(bytes, kept);
        let low = false;
        for (const share of shares) {
          const free = share * bytes;
          const next = isLow(low, free, marks);
          const expected = free < marks.low ? true : free >= marks.high ? false : low;
          expect(next).toBe(expected);
          low = next;
        }
      }),
    );
  });
});

describe('the next check', () => {
  const marks = { low: 1000, high: 2000 };

  it('comes early enough to see the mark before the disk has come down to it, if it fills no faster than before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_001, max: 1e9 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 10_000 }),
        (free, filled, ms) => {
          const next = nextCheckMs({ free, low: false }, { free: free + filled, ms }, marks);
          const leftThen = free - (filled / ms) * next;
          expect(next === NEAR_CHECK_MS || leftThen >= marks.low).toBe(true);
          expect(next).toBeGreaterThanOrEqual(NEAR_CHECK_MS);
          expect(next).toBeLessThanOrEqual(FAR_CHECK_MS);
        },
      ),
    );
  });

  it('comes late where a disk does not fill, and soon at the beginning and while it is low', () => {
    expect(nextCheckMs({ free: 1001, low: false }, null, marks)).toBe(SECOND_CHECK_MS);
    expect(nextCheckMs({ free: 1001, low: false }, { free: 900, ms: 5000 }, marks)).toBe(FAR_CHECK_MS);
    expect(nextCheckMs({ free: 10, low: true }, { free: 1200, ms: 5000 }, marks)).toBe(PAUSED_CHECK_MS);
  });
});
