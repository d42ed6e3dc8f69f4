import { appendFileSync, closeSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { LineReader } from '../../../../../electron/engine/files/line-reader.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

type Options = Partial<ConstructorParameters<typeof LineReader>[1]>;

/** A reader of a file with this content, and how to read everything that is there. */
function readerOf(content: string | Buffer, options: Options = {}) {
  const path = join(temporaryFolder(), 'lines');
  writeFileSync(path, content);
  const file = openSync(path, 'r');
  onTestFinished(() => closeSync(file));
  const reader = new LineReader(file, { from: 0, blockBytes: 16, ...options });
  const read = (): string[] => {
    const all: string[] = [];
    for (let lines = reader.next(); lines !== null; lines = reader.next()) all.push(...lines);
    return all;
  };
  return { path, reader, read };
}

test('lines cut off at any byte are read up to the last whole line, and the rest when it comes', () => {
  const bytes = Buffer.from('größe\n\na line that is longer than one block\nlast\n');
  const lines = bytes.toString().split('\n').slice(0, -1);
  for (let size = 0; size <= bytes.length; size += 1) {
    const { path, reader, read } = readerOf(bytes.subarray(0, size));
    const whole = bytes.subarray(0, size).toString('latin1').split('\n').length - 1;
    expect(read(), `${size} bytes`).toEqual(lines.slice(0, whole));
    expect(reader.offset, `${size} bytes`).toBe(bytes.subarray(0, size).lastIndexOf('\n') + 1);
    appendFileSync(path, bytes.subarray(size));
    expect(read(), `${size} bytes`).toEqual(lines.slice(whole));
  }
});

test('the same lines come out whatever the block and wherever the file was cut', () => {
  const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }).map((line) => line.replaceAll('\n', '')));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 64 }), fc.nat(), (lines, blockBytes, cut) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const at = bytes.length === 0 ? 0 : cut % bytes.length;
      const { path, read } = readerOf(bytes.subarray(0, at), { blockBytes });
      const first = read();
      appendFileSync(path, bytes.subarray(at));
      expect([...first, ...read()]).toEqual(bytes.toString().split('\n').slice(0, -1));
    }),
  );
});

test('reading begins where it is told to', () => {
  expect(readerOf('one\ntwo\nthree\n', { from: 4 }).read()).toEqual(['two', 'three']);
});

test('a line beyond the limit without an end is given out in pieces', () => {
  const { read } = readerOf(`${'x'.repeat(100)}\nnext\n`, { maxLineBytes: 40 });
  const lines = read();
  expect(lines.join('')).toBe(`${'x'.repeat(100)}next`);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(56);
});

test('a file that was wiped is known by its length, and read from its start again', () => {
  const { path, reader, read } = readerOf('one\ntwo\n');
  read();
  truncateSync(path, 0);
  appendFileSync(path, 'new\n');
  expect(reader.hasShrunk).toBe(true);
  reader.restart();
  expect(read()).toEqual(['new']);
});
