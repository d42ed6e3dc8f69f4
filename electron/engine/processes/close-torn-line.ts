import { appendFileSync } from 'node:fs';
import { lastLineIsWhole } from '../logs/last-line-whole.ts';

/**
 * Ends a last line that a full disk or a power cut has cut off, so that what is appended next is not lost with it: a torn line stays alone.
 * An empty line is no line, so it does no harm where somebody writes the rest after all.
 */
export function closeTornLine(path: string): void {
  try {
    if (!lastLineIsWhole(path)) appendFileSync(path, '\n');
  } catch {
    // The file is not there, or the disk is still full: then nothing can be appended to it either.
  }
}
