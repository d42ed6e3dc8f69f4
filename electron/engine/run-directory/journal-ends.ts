import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { parseEvent } from './read-journal.ts';

/** The first line (run-created) and the last (run-ended) of a journal are far shorter than this many bytes. */
const END_BYTES = 8 * 1024;
const NEWLINE = 0x0a;

export interface JournalEnds {
  /** null when the first whole line within END_BYTES is no event. */
  first: RunEvent | null;
  /** null when the last whole line is longer than END_BYTES or no event. */
  last: RunEvent | null;
  /** Bytes. */
  size: number;
}

/**
 * Reads the first and the last whole line of a journal, whatever its size; a torn tail is not a line.
 * @throws the file system's error when the file cannot be read
 */
export function readJournalEnds(path: string): JournalEnds {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const head = readBlock(file, 0, Math.min(size, END_BYTES));
    // Most journals of small runs fit one block. The second read is then saved, which is noticeable with 10,000 runs.
    const from = Math.max(0, size - END_BYTES);
    const tail = from === 0 ? head : readBlock(file, from, END_BYTES);
    return { first: firstEvent(head), last: lastEvent(tail, from === 0), size };
  } finally {
    closeSync(file);
  }
}

function readBlock(file: number, from: number, length: number): Buffer {
  const block = Buffer.allocUnsafe(length);
  return block.subarray(0, readSync(file, block, 0, length, from));
}

function firstEvent(head: Buffer): RunEvent | null {
  const end = head.indexOf(NEWLINE);
  return end < 0 ? null : parseEvent(head.toString('utf8', 0, end));
}

function lastEvent(tail: Buffer, wholeFile: boolean): RunEvent | null {
  const end = tail.lastIndexOf(NEWLINE);
  if (end < 0) return null;
  const before = end === 0 ? -1 : tail.lastIndexOf(NEWLINE, end - 1);
  if (before < 0 && !wholeFile) return null;
  return parseEvent(tail.toString('utf8', before + 1, end));
}
