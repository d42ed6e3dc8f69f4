import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutLogPrefix } from '../../../shared/without-log-prefix.ts';

it.each([
  [
    '2026-11-21 17:47:17,567 - Worker 0 - text - WARNING - a.jsonl: Line 4 is no object.',
    'a.jsonl: Line 4 is no object.',
  ],
  ['2026-11-21 17:47:17,567 - Worker 0 - kmer-embed - ERROR - a.fa: it is empty', 'a.fa: it is empty'],
  ['2026-11-21 17:47:17,567 - root - ERROR - no space left', 'no space left'],
  ['2026-11-21 17:47:17,567 - my/tool:main - ERROR - no space left', 'no space left'],
  ['2026-11-21 17:47:17,567 ERROR no space left', 'no space left'],
  ['2026-11-21 17:47:17 - ERROR - no space left', 'no space left'],
  ['[2026-11-21 17:47:17] [WARN] no space left', 'no space left'],
  ['[2026-11-21T17:47:17+01:00] ERROR: no space left', 'no space left'],
  ['2026-11-21 17:47:17.567 | ERROR    | __main__:main:12 - no space left', '__main__:main:12 - no space left'],
  ['ERROR:torch.load:no space left', 'no space left'],
  ['ERROR: root: no space left', 'ERROR: root: no space left'],
  ['2026-11-21 17:47:17 Errors were found', '2026-11-21 17:47:17 Errors were found'],
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
