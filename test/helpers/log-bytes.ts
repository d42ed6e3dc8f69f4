import fc from 'fast-check';
import { READ_BLOCK_BYTES } from '../../electron/engine/logs/limits.ts';

const PART_BYTES = 3 * READ_BLOCK_BYTES;

/** Texts of a few blocks: lines of all lengths, some longer than a block, with and without an end. */
export const logBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.record({
      text: fc.constantFrom('needle', 'nee', 'x=12 needle', 'ü needle', '', 'a', 'needle\r', '\n\n', '\0'),
      fill: fc.oneof(
        { weight: 8, arbitrary: fc.nat(200) },
        { weight: 1, arbitrary: fc.nat(2 * READ_BLOCK_BYTES) },
        { weight: 1, arbitrary: fc.constantFrom(READ_BLOCK_BYTES - 1, READ_BLOCK_BYTES, READ_BLOCK_BYTES - 7) },
      ),
      end: fc.constantFrom('\n', '\n', '\n', ''),
      repeat: fc.oneof(fc.constant(1), fc.nat(2_000)),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((parts) =>
    parts.map(({ text, fill, end, repeat }) => {
      const line = text + 'y'.repeat(fill) + end;
      return line.repeat(Math.max(1, Math.min(repeat, Math.floor(PART_BYTES / (line.length + 1)))));
    }),
  )
  .map((parts) => Buffer.from(parts.join('')));
