import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';

const NEWLINE = 0x0a;

/**
 * Ends a last line that a full disk or a power cut has cut off, so that what is appended next is not lost with it: a torn line stays alone.
 * An empty line is no line, so it does no harm where somebody writes the rest after all.
 */
export function closeTornLine(path: string): void {
  try {
    if (endsTorn(path)) appendFileSync(path, '\n');
  } catch {
    // The file is not there, or the disk is still full: then nothing can be appended to it either.
  }
}

function endsTorn(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
  } finally {
    closeSync(file);
  }
}
