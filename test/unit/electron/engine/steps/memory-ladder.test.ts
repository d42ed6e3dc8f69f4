import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isWsl, loweredParameters, lowerValue } from '../../../../../electron/engine/steps/memory-ladder.ts';

const LADDER = { parameter: 'batch_size', factor: 0.5, minimum: 1 };

it('a whole number is halved to whole numbers, down to its minimum', () => {
  const steps: number[] = [];
  for (let value: number | null = 37; value !== null; value = lowerValue(value, LADDER, true)) steps.push(value);
  expect(steps).toEqual([37, 18, 9, 4, 2, 1]);
});

it('the last step is the minimum itself, rounded up where it has to be whole', () => {
  expect(lowerValue(10, { ...LADDER, minimum: 6 }, true)).toBe(6);
  expect(lowerValue(10, { ...LADDER, minimum: 6.5 }, true)).toBe(7);
  expect(lowerValue(10, { ...LADDER, minimum: 6.5 }, false)).toBe(6.5);
  expect(lowerValue(7, { ...LADDER, minimum: 6.5 }, true)).toBeNull();
});

it('a lowered value is smaller, and not below the minimum', () => {
  const factor = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      factor,
      fc.integer({ min: 0, max: 1e6 }),
      fc.boolean(),
      (value, by, minimum, whole) => {
        const next = lowerValue(value, { ...LADDER, factor: by, minimum }, whole);
        if (next === null) return;
        expect(next).toBeLessThan(value);
        expect(next).toBeGreaterThanOrEqual(minimum);
        expect(Number.isInteger(next) || !whole).toBe(true);
      },
    ),
  );
});

it('what was lowered last holds, and other parameters stay', () => {
  const lowered = [
    { parameter: 'batch_size', from: 8, to: 4 },
    { parameter: 'batch_size', from: 4, to: 2 },
  ];
  expect(loweredParameters({ batch_size: 8, model: 'esm2' }, { lowered })).toEqual({ batch_size: 2, model: 'esm2' });
});

it('a Linux inside Windows is known by its environment or its kernel', () => {
  expect(isWsl({ WSL_DISTRO_NAME: 'Ubuntu' }, '6.8.0')).toBe(true);
  expect(isWsl({}, '5.15.167.4-microsoft-standard-WSL2')).toBe(true);
  expect(isWsl({}, '6.8.0-51-generic')).toBe(false);
});
