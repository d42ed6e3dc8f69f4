import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStat } from '../../../../../electron/engine/processes/linux-process-table.ts';

const REST = 'S 1 42 43 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 987654 8192 100 18446744073709551615';

describe('parseStat', () => {
  it('reads state, group, session and start time whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        expect(parseStat(`7 (${name}) ${REST}`)).toEqual({ state: 'S', group: 42, session: 43, startTime: 987_654 });
      }),
    );
    expect(parseStat(`7 (a ) R 1 (b) ${REST}`)).toMatchObject({ group: 42 });
  });

  it('takes nothing from a text that ends too early', () => {
    expect(parseStat('')).toBeNull();
    expect(parseStat('7 (sh) S 1 42')).toBeNull();
  });
});
