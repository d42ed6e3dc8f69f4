import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../shared/to-csv.ts';

/** A reader of its own, character by character, as RFC 4180 describes the form. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quoted && char === '"' && text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (char === '"') {
      quoted = !quoted;
    } else if (quoted) {
      field += char;
    } else if (char === ',') {
      row.push(field);
      field = '';
    } else if (char === '\r' && text[at + 1] === '\n') {
      rows.push([...row, field]);
      row = [];
      field = '';
      at += 1;
    } else {
      field += char;
    }
  }
  return rows;
}

describe('toCsv', () => {
  it('can be read back, whatever the cells hold', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ü', ',', '"', '\n', '\r', ' ', ';') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
        const kept = rows.map((row) => row.map((text) => (text.startsWith('\r') ? `'${text}` : text)));
        expect(readCsv(toCsv(['one', 'two'], rows))).toEqual([['one', 'two'], ...kept]);
      }),
    );
  });

  it('leaves the field of an unknown value empty', () => {
    expect(toCsv(['a', 'b'], [[null, 0.5]])).toBe('a,b\r\n,0.5\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@cmd', '\tx'])('does not let a spreadsheet take the text %j for a formula', (text) => {
    expect(toCsv(['a'], [[text]])).toContain(`'${text}`);
  });
});
