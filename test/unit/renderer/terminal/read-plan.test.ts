import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FOLLOW_LIMITS,
  FOLLOW_LIMITS_SMALL,
  IN_FLIGHT_BYTES,
  RANGE_BYTES,
} from '../../../../renderer/terminal/limits.ts';
import { planRead } from '../../../../renderer/terminal/read-plan.ts';

describe('what a following pane does next', () => {
  it('does nothing at the end of its log', () => {
    expect(planRead({ next: 10, size: 10, inFlight: 0 })).toEqual({ kind: 'idle' });
  });

  it('reads what is new', () => {
    expect(planRead({ next: 10, size: 25, inFlight: 0 })).toEqual({ kind: 'read', offset: 10, length: 15 });
  });

  it('waits while the terminal has as much as it may', () => {
    expect(planRead({ next: 0, size: 10, inFlight: IN_FLIGHT_BYTES })).toEqual({ kind: 'wait' });
  });

  it('skips to the last range when it is too far behind', () => {
    const size = 5_000_000_000;
    expect(planRead({ next: 0, size, inFlight: 0 })).toEqual({ kind: 'skip', to: size - RANGE_BYTES });
  });

  it.each([
    ['a pane of its own', FOLLOW_LIMITS],
    ['a small pane', FOLLOW_LIMITS_SMALL],
  ])('never reads past the end, nor more than a range, nor more than may be in flight: %s', (_name, limits) => {
    const number = fc.nat({ max: 3 * limits.skipBytes });
    fc.assert(
      fc.property(number, number, number, (next, size, inFlight) => {
        const plan = planRead({ next, size, inFlight }, limits);
        if (plan.kind !== 'read') return;
        expect(plan.offset).toBe(next);
        expect(plan.offset + plan.length).toBeLessThanOrEqual(size);
        expect(plan.length).toBeLessThanOrEqual(limits.rangeBytes);
        expect(plan.length + inFlight).toBeLessThanOrEqual(limits.inFlightBytes);
      }),
    );
  });
});
