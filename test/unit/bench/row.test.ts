import { describe, expect, it } from 'vitest';
import { against, isMet, plainRow, type Row, ratioOf, timesRow } from '../../bench/row.ts';

const measured = timesRow('plan/first', 'plan', { unit: 's', all: [8, 4, 6] });

describe('a row of the bench', () => {
  it('is the same on a machine that takes twice as long for everything', () => {
    const fast = against(measured, { name: 'a walk', each: [1, 1, 2], rounds: [8, 4, 6] }, 5);
    const slow = against(measured, { name: 'a walk', each: [2, 2, 4], rounds: [16, 8, 12] }, 5);
    expect([ratioOf(fast), isMet(fast)]).toEqual([4, true]);
    expect([ratioOf(slow), isMet(slow)]).toEqual([4, true]);
  });

  it('keeps what was measured under the names of before', () => {
    const row = against(measured, { name: 'a walk', each: [2] }, 5);
    expect(row).toMatchObject({ id: 'plan/first', unit: 's', ours: 6, value: 6, valueUnit: 's' });
    expect(row.raw).toMatchObject({ s: [8, 4, 6], reference: [2] });
    expect(row.reference).toEqual({ name: 'a walk', value: 2 });
  });

  it('that is a ratio itself is held against its target as it is', () => {
    const row: Row = {
      ...plainRow('a', 'a', { unit: 's', value: 3, raw: {} }),
      value: 1.2,
      valueUnit: '×',
      target: 1.1,
    };
    expect([ratioOf(row), isMet(row)]).toEqual([1.2, false]);
  });

  it('without a reference only informs', () => {
    expect([ratioOf(measured), isMet(measured)]).toEqual([null, null]);
  });
});
