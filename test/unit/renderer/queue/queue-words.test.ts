import { expect, it } from 'vitest';
import { expectedWords } from '../../../../renderer/queue/queue-words.ts';

const NOW = new Date(2026, 10, 21, 12, 0).getTime();

it('tells when a run is expected to start, as far as that is known', () => {
  expect(expectedWords(null, NOW)).toBe('start not known yet');
  expect(expectedWords(new Date(NOW + 60_000).toISOString(), NOW)).toBe('starts about 12:01');
  expect(expectedWords(new Date(NOW - 1).toISOString(), NOW)).toBe('starts next');
});
