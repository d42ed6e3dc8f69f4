import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { LastLines, LineWriter } from '../../../../../electron/cli/logs/line-writer.ts';
import { until } from '../../../../helpers/until.ts';

describe('LineWriter', () => {
  test('writes all it was given, in order, text and bytes', async () => {
    const written: string[] = [];
    const writer = new LineWriter(async (output) => {
      await new Promise((resolve) => setImmediate(resolve));
      written.push(Buffer.from(output).toString());
    });
    const expected = Array.from({ length: 5000 }, (_, index) => `line ${index} ${'x'.repeat(40)}\n`);
    for (const [index, line] of expected.entries()) await writer.add(index % 3 === 0 ? Buffer.from(line) : line);
    await writer.flush();
    expect(written.join('')).toBe(expected.join(''));
    expect(written.length).toBeLessThan(expected.length / 100);
  });

  test('does not keep a line back while nothing else comes', async () => {
    const written: unknown[] = [];
    const writer = new LineWriter((output) => Promise.resolve(void written.push(output)));
    void writer.add('one\n');
    await until(() => written.length > 0);
    expect(written).toEqual(['one\n']);
  });

  test('copies bytes, which may change once it has taken them', async () => {
    const written: string[] = [];
    const writer = new LineWriter((output) => Promise.resolve(void written.push(Buffer.from(output).toString())));
    const buffer = Buffer.from('first\n');
    void writer.add(buffer);
    buffer.fill('x');
    await writer.flush();
    expect(written).toEqual(['first\n']);
  });

  test('tells whoever waits that it could not write', async () => {
    const writer = new LineWriter(() => Promise.reject(new Error('disk full')));
    void writer.add('one\n');
    await expect(writer.flush()).rejects.toThrow('disk full');
  });
});

describe('LastLines', () => {
  test.each([
    [0, []],
    [2, ['c', 'd']],
    [4, ['a', 'b', 'c', 'd']],
    [9, ['a', 'b', 'c', 'd']],
  ])('keeps the last %i of four', async (count, expected) => {
    const kept = new LastLines(count);
    for (const line of ['a', 'b', 'c', 'd']) kept.add(line);
    const drained: unknown[] = [];
    await kept.drainTo({
      add: (line) => {
        drained.push(line);
        return null;
      },
    });
    expect(drained).toEqual(expected);
  });
});
