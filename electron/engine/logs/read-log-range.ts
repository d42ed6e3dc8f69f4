import type { FileHandle } from 'node:fs/promises';
import type { LogRange } from '../../../shared/contract/logs.ts';
import { openIfThere } from '../files/open-if-there.ts';

/**
 * Reads bytes of a log by position: at most `length`, fewer at the end of the file.
 * A file that does not exist yet has size 0.
 * @param offset bytes from the start of the file
 * @throws when the file is there and cannot be read
 */
export async function readLogRange(path: string, offset: number, length: number): Promise<LogRange> {
  const file = await openIfThere(path);
  if (file === null) {
    return { offset, bytes: new Uint8Array(0), size: 0 };
  }
  try {
    const { size } = await file.stat();
    const wanted = Math.max(0, Math.min(length, size - offset));
    return { offset, bytes: await readFully(file, offset, wanted), size };
  } finally {
    await file.close();
  }
}

/** Reads exactly `length` bytes unless the file ends before: one read may give less than asked. */
export async function readFully(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return filled === length ? bytes : bytes.subarray(0, filled);
}
