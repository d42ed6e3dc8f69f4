import { expect, test } from 'vitest';
import { checkOpenFiles } from '../../../../../electron/engine/processes/open-files.ts';

test('workers that need more files than may be open are refused before the start, with what would fit', () => {
  expect(checkOpenFiles(40, { open: 22, most: 1024 })).toBeNull();
  const refused = checkOpenFiles(40, { open: 22, most: 128 });
  expect(refused).toMatchObject({ reason: 'cannot-start', message: expect.stringContaining('128 files open') });
  expect(refused?.advice).toMatch(/ulimit -n \d+\), or use at most 12 workers/);
  expect(checkOpenFiles(12, { open: 22, most: 128 })).toBeNull();
  expect(checkOpenFiles(1, { open: 22, most: 40 })?.advice).not.toContain('at most');
});

test('where the system does not tell, nothing is refused', () => {
  expect(checkOpenFiles(1_000, null)).toBeNull();
  expect(checkOpenFiles(1_000, { open: 10, most: Number.POSITIVE_INFINITY })).toBeNull();
});
