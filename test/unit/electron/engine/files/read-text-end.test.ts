import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTextEnd } from '../../../../../electron/engine/files/open-if-there.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

it('is what stands behind a place, or the last bytes where that is more', () => {
  const path = join(temporaryFolder(), 'log');
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 40 });
  fc.assert(
    fc.property(text, fc.nat(50), fc.nat(50), (content, from, most) => {
      writeFileSync(path, content);
      expect(readTextEnd(path, from, most)).toBe(content.slice(Math.max(from, content.length - most)));
    }),
  );
});

it('is empty for a file that is not there', () => {
  expect(readTextEnd(join(temporaryFolder(), 'none'), 0, 10)).toBe('');
});
