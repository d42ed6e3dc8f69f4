import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonLine } from '../../../shared/json-line.ts';

/** Where readers of lines split: Node's readline, Python's splitlines, and those that know line feeds alone. */
const LINE_ENDS = ['\n', '\r', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029'];

it('a value is one line for every reader, and comes back as it was', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('\u0085', '\u2028', '\u2029', '\n', '\\'),
    ),
  });
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      const line = jsonLine(value);
      expect(LINE_ENDS.filter((character) => line.includes(character))).toEqual([]);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
