import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fittingBounds } from '../../../../electron/main/fitting-bounds.ts';

const LEFT = { x: 0, y: 30, width: 1920, height: 1050 };
const RIGHT = { x: 1920, y: 0, width: 2560, height: 1440 };

describe('where a window opens', () => {
  it('is where it was, also half outside and on another screen', () => {
    const half = { x: 1700, y: 100, width: 1280, height: 800 };
    expect(fittingBounds(half, [LEFT])).toEqual(half);
    const right = { x: 2000, y: 10, width: 1280, height: 800 };
    expect(fittingBounds(right, [LEFT, RIGHT])).toEqual(right);
  });

  it('is elsewhere when its screen has gone or its upper edge cannot be reached', () => {
    expect(fittingBounds({ x: 2000, y: 100, width: 1280, height: 800 }, [LEFT])).toBeNull();
    expect(fittingBounds({ x: 100, y: -400, width: 1280, height: 800 }, [LEFT])).toBeNull();
    expect(fittingBounds({ x: 1900, y: 100, width: 1280, height: 800 }, [LEFT])).toBeNull();
  });

  it('is never larger than the screen', () => {
    const size = fc.integer({ min: 1, max: 10_000 });
    const place = fc.integer({ min: -10_000, max: 10_000 });
    fc.assert(
      fc.property(fc.record({ x: place, y: place, width: size, height: size }), (saved) => {
        const fitting = fittingBounds(saved, [LEFT]);
        expect(fitting === null || (fitting.width <= LEFT.width && fitting.height <= LEFT.height)).toBe(true);
      }),
    );
  });
});
