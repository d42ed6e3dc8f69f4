import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralProbe } from '../../../../../../electron/engine/logs/search/search-file.ts';

describe('LiteralProbe', () => {
  it('finds what indexOf finds, also where its probe is common', () => {
    const text = fc
      .array(fc.constantFrom('e', 'eZ', 'Zebra cr', 'ossing', ' '), { maxLength: 80 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('e', 'eZ', 'Zebra crossing', 'Zebra crossin Z', 'ossing eeeZeee'),
        fc.nat(9),
        (hay, needle, from) => {
          const bytes = Buffer.from(hay);
          expect(new LiteralProbe(needle).find(bytes, from)).toBe(bytes.indexOf(needle, from));
        },
      ),
    );
  });

  it('gives up its probe when that is everywhere', () => {
    const bytes = Buffer.from(`${'Zebra '.repeat(200)}Zebra crossing`);
    expect(new LiteralProbe('Zebra crossing').find(bytes, 0)).toBe(1200);
  });
});
