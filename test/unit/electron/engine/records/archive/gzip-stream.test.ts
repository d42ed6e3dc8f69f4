import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gzipStream } from '../../../../../../electron/engine/records/archive/write-tar.ts';

async function compress(parts: Iterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of gzipStream(streamOf(parts))) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* streamOf(parts: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* parts;
}

/** Text whose lines repeat with changes, over several pieces of one MiB. */
function logText(bytes: number): Buffer {
  let text = '';
  for (let line = 0; text.length < bytes; line += 1) text += `${line} worker ${line % 7} says ${Math.sin(line)}\n`;
  return Buffer.from(text.slice(0, bytes));
}

/** Cuts at odd places. */
function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('whatever goes in comes out again', async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(parts, async (arrays) => {
      const buffers = arrays.map((array) => Buffer.from(array));
      expect(gunzipSync(await compress(buffers)).equals(Buffer.concat(buffers))).toBe(true);
    }),
  );
});

test('several pieces make one gzip file that the gzip program accepts', async () => {
  const text = logText(3_500_000);
  const compressed = await compress(cut(text, 300_001));
  expect(execFileSync('gzip', ['-dc'], { input: compressed, maxBuffer: 2 ** 24 }).equals(text)).toBe(true);
});

test('the bytes depend on the content alone, not on how it was handed over', async () => {
  const text = logText(2_500_000);
  expect((await compress(cut(text, 77_777))).equals(await compress([text]))).toBe(true);
});

test('cutting into pieces costs next to nothing, as each piece may refer to the one before', async () => {
  const text = logText(3 * 1024 * 1024);
  const whole = execFileSync('gzip', ['-6', '-c'], { input: text, maxBuffer: 2 ** 24 });
  expect((await compress([text])).length).toBeLessThan(whole.length * 1.02);
});

test('an error of the source ends the stream with it', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield logText(1_200_000);
    throw new Error('the disk is gone');
  }
  const read = async (): Promise<void> => {
    for await (const piece of gzipStream(broken())) expect(piece.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow('the disk is gone');
});
