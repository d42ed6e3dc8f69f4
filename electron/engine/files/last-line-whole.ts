import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';

const NEWLINE = 10;

/** Returns whether a file is empty or ends with a newline: after a crash its last line may be cut off. Throws when it cannot be read. */
export function lastLineIsWhole(path: string): boolean {
  // A descriptor for appending cannot be read from, so the file is opened again.
  const reader = openSync(path, 'r');
  try {
    const { size } = fstatSync(reader);
    const last = new Uint8Array(1);
    return size === 0 || (readSync(reader, last, 0, 1, size - 1) === 1 && last[0] === NEWLINE);
  } finally {
    closeSync(reader);
  }
}

/**
 * Ends a last line that a full disk or a power cut has cut off. Otherwise the next appended line would be lost with it. An extra empty line is
 * ignored, so it does no harm where somebody writes the rest after all.
 */
export function closeTornLine(path: string): void {
  try {
    if (!lastLineIsWhole(path)) appendFileSync(path, '\n');
  } catch {
    // The file does not exist, or the disk is still full: then nothing can be appended to it either.
  }
}
