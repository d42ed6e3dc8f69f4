import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followFile } from '../../../../../electron/engine/logs/follow-file.ts';
import { eventually } from '../../../../helpers/until.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-follow-'));
  path = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

function collecting(options: { from?: number; signal?: AbortSignal } = {}) {
  const chunks: { offset: number; bytes: Uint8Array }[] = [];
  const follower = followFile(path, { ...options, onBytes: (chunk) => void chunks.push(chunk) });
  const text = (): string => Buffer.concat(chunks.map((chunk) => chunk.bytes)).toString();
  return { follower, chunks, text };
}

describe('followFile', () => {
  it('waits for a file that does not exist yet and hands over what is appended', async () => {
    const { follower, text } = collecting();
    await writeFile(path, 'one\n');
    await eventually(() => expect(text()).toBe('one\n'));
    await appendFile(path, 'two\n');
    await eventually(() => expect(text()).toBe('one\ntwo\n'));
    await follower.stop();
  });

  it('reads once more after the writer has ended, so that no last line is lost', async () => {
    for (let round = 0; round < 20; round += 1) {
      await writeFile(path, 'first\n');
      const { follower, text } = collecting();
      await appendFile(path, `last ${round}\n`);
      await follower.finish();
      expect(text()).toBe(`first\nlast ${round}\n`);
      expect(follower.position).toBe(text().length);
    }
  });

  it('ends when the writer has ended without ever making the file', async () => {
    const { follower, text } = collecting();
    await follower.finish();
    expect(text()).toBe('');
  });

  it('begins at the given offset', async () => {
    await writeFile(path, '0123456789');
    const { follower, chunks } = collecting({ from: 6 });
    await follower.finish();
    expect(chunks.map(({ offset, bytes }) => [offset, Buffer.from(bytes).toString()])).toEqual([[6, '6789']]);
  });

  it('begins again when the file becomes shorter', async () => {
    await writeFile(path, 'long content\n');
    const { follower, chunks, text } = collecting();
    await eventually(() => expect(text()).toBe('long content\n'));
    await truncate(path, 0);
    await appendFile(path, 'new\n');
    await eventually(() => expect(text()).toBe('long content\nnew\n'));
    expect(chunks.at(-1)?.offset).toBe(0);
    await follower.stop();
  });

  it('reads a renamed file to its end and goes on with the one that takes its place', async () => {
    await writeFile(path, 'old 1\n');
    const { follower, text } = collecting();
    await eventually(() => expect(text()).toBe('old 1\n'));
    await rename(path, `${path}.1`);
    await appendFile(`${path}.1`, 'old 2\n');
    await writeFile(path, 'new\n');
    await eventually(() => expect(text()).toBe('old 1\nold 2\nnew\n'));
    await follower.stop();
  });

  it('awaits its reader, handing over one piece after the other', async () => {
    await writeFile(path, 'x'.repeat(1_000_000));
    let under = 0;
    let most = 0;
    let total = 0;
    const follower = followFile(path, {
      onBytes: async ({ bytes }) => {
        under += 1;
        most = Math.max(most, under);
        await new Promise((resolve) => setImmediate(resolve));
        total += bytes.length;
        under -= 1;
      },
    });
    await follower.finish();
    expect({ most, total }).toEqual({ most: 1, total: 1_000_000 });
  });

  it('ends by its signal, also one that was given before', async () => {
    const abort = new AbortController();
    const first = collecting({ signal: abort.signal });
    abort.abort();
    await first.follower.done;
    await writeFile(path, 'abc');
    const second = collecting({ signal: abort.signal });
    await second.follower.done;
    expect(second.text()).toBe('');
  });

  it('fails when its reader fails', async () => {
    await writeFile(path, 'abc');
    const follower = followFile(path, { onBytes: () => Promise.reject(new Error('full')) });
    await expect(follower.done).rejects.toThrow('full');
  });
});
