import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** Files per folder: what a person's folders hold, and no directory becomes the bottleneck. */
const FILES_PER_FOLDER = 1_000;
const BLOCK_BYTES = 1024 * 1024;

/** Makes small text files in one folder. @returns their paths */
export function makeFiles(folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, item) => {
    const path = join(folder, `item-${String(item).padStart(5, '0')}.txt`);
    writeFileSync(path, `item ${item}\n`);
    return path;
  });
}

/** Writes one path per line. @returns the list's path, beside the folder so that it is no input itself */
export function makeList(folder: string, files: readonly string[]): string {
  const list = `${folder}.list`;
  writeFileSync(list, `${files.join('\n')}\n`);
  return list;
}

/** Makes a tree of small FASTA files of one sequence each. */
export function makeFastaTree(folder: string, count: number): void {
  for (let item = 0; item < count; item += 1) {
    const parent = join(folder, `part-${String(Math.floor(item / FILES_PER_FOLDER)).padStart(3, '0')}`);
    if (item % FILES_PER_FOLDER === 0) mkdirSync(parent);
    const sequence = 'ACGTTGCA'.repeat(1 + (item % 7));
    writeFileSync(join(parent, `sample-${String(item).padStart(6, '0')}.fa`), `>sample ${item}\n${sequence}\n`);
  }
}

/** Writes a file from pieces, made one after the other, until it has a size. */
export async function writeLargeFile(path: string, bytes: number, piece: (index: number) => string): Promise<void> {
  const stream = createWriteStream(path, { highWaterMark: 4 * BLOCK_BYTES });
  let waiting = '';
  let written = 0;
  for (let index = 0; written < bytes; index += 1) {
    waiting += piece(index);
    if (waiting.length < BLOCK_BYTES) continue;
    written += waiting.length;
    if (!stream.write(waiting, 'latin1')) await once(stream, 'drain');
    waiting = '';
  }
  stream.end(waiting, 'latin1');
  await finished(stream);
}
