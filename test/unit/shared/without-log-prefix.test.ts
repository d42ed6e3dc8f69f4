import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutLogPrefix } from '../../../shared/without-log-prefix.ts';

it.each([
  [
    '2026-11-21 17:47:17,567 - Worker 0 - text - WARNING - a.jsonl: Line 4 is no object.',
    'a.jsonl: Line 4 is no object.',
  ],
  ['2026-11-21 17:47:17,567 - root - ERROR - no space left', 'no space left'],
  ['2026-11-21T17:47:17.567Z - Worker 12 - a.b - CRITICAL - out - of - luck', 'out - of - luck'],
  ['Error: 2026-11-21 17:47:17,567 - root - ERROR - x', 'Error: 2026-11-21 17:47:17,567 - root - ERROR - x'],
  ['2026-11-21 17:47:17,567 - root - ERROR - ', '2026-11-21 17:47:17,567 - root - ERROR - '],
  ['', ''],
])('of %j people need %j', (line, message) => {
  expect(withoutLogPrefix(line)).toBe(message);
});

it('what was taken away is only ever the beginning, and never all', () => {
  fc.assert(
    fc.property(fc.string(), (line) => {
      const message = withoutLogPrefix(line);
      expect(line.endsWith(message)).toBe(true);
      expect(message === '').toBe(line === '');
    }),
  );
});
