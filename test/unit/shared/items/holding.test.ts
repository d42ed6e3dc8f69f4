import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Holding } from '../../../../shared/items/holding.ts';

test('what a worker holds is like a list from which items are taken anywhere', () => {
  const move = fc.oneof(
    fc.record({ what: fc.constant('add' as const), count: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ what: fc.constant('first' as const), count: fc.integer({ min: 1, max: 2_500 }) }),
    fc.record({ what: fc.constant('any' as const), count: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
      const holding = new Holding();
      let list: number[] = [];
      let next = 0;
      for (const { what, count } of moves) {
        if (what === 'add') {
          const added = Array.from({ length: count }, () => next++);
          for (const item of added) holding.add(item);
          list = [...list, ...added];
        } else if (what === 'first') {
          for (const item of list.slice(0, count)) holding.drop(item);
          list = list.slice(count);
        } else {
          const item = list[count % Math.max(1, list.length)] ?? -5;
          holding.drop(item);
          list = list.filter((held) => held !== item);
        }
        expect(holding.length).toBe(list.length);
        expect(holding.first).toBe(list[0]);
        expect([...holding]).toEqual(list);
      }
    }),
    { numRuns: 40 },
  );
});

test('an item that was given back can be held again', () => {
  const holding = new Holding();
  for (const item of [1, 2, 3]) holding.add(item);
  holding.drop(2);
  holding.add(2);
  holding.drop(3);
  holding.drop(3);
  expect([...holding]).toEqual([1, 2]);
});
