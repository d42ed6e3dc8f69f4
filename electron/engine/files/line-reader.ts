import { Buffer } from 'node:buffer';
import { fstatSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** Longest line of a tool that is read (characters). More without a line end is dropped. */
const LINE_LIMIT = 64 * 1024;

const NEWLINE = 0x0a;

/** Calls back for each whole line of a tool's output. Text that grows beyond the limit without a line end is dropped. */
export function onLines(stream: Readable, callback: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LIMIT) rest = '';
    for (const line of lines) callback(line);
  });
}

interface LineReaderOptions {
  /** Where to begin, in bytes: the start of a line. */
  from: number;
  /** The most that is held in memory at a time, not counting a line that is longer (bytes). */
  blockBytes: number;
  /** A longer line without an end is returned in pieces (bytes); no limit by default. */
  maxLineBytes?: number;
}

/** Reads the whole lines of an open file that may grow, each line once. A last line is read only when it has its newline. */
export class LineReader {
  private readonly file: number;
  private readonly blockBytes: number;
  private readonly maxLineBytes: number;
  private position: number;
  private rest = Buffer.alloc(0);

  constructor(file: number, { from, blockBytes, maxLineBytes = Number.POSITIVE_INFINITY }: LineReaderOptions) {
    this.file = file;
    this.position = from;
    this.blockBytes = blockBytes;
    this.maxLineBytes = maxLineBytes;
  }

  /** Bytes up to the end of the last whole line that was returned. */
  get offset(): number {
    return this.position - this.rest.length;
  }

  /** What was read of a last line that has no newline yet. */
  get unfinished(): string {
    return this.rest.toString('utf8');
  }

  /**
   * Returns the whole lines of the next block, without their newlines; none when a line is longer than the block.
   * @returns null when there is nothing more to read now
   * @throws the file system's error when the file cannot be read
   */
  next(): string[] | null {
    const piece = this.readPiece();
    if (piece.length === 0) return null;
    this.position += piece.length;
    return this.takeLines(this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]));
  }

  /** Goes back to the start: the file was wiped, and what is written from now on is new. */
  restart(): void {
    this.position = 0;
    this.rest = Buffer.alloc(0);
  }

  /** Whether the file has become shorter than what was read of it. */
  get hasShrunk(): boolean {
    return fstatSync(this.file).size < this.position;
  }

  /**
   * Reads what is there, up to a block. A followed file grows by some hundred bytes at a time: a whole block for each read would keep the garbage
   * collector busy.
   */
  private readPiece(): Buffer {
    const left = Math.max(0, fstatSync(this.file).size - this.position);
    const block = Buffer.allocUnsafe(Math.min(left, this.blockBytes));
    return block.subarray(0, left === 0 ? 0 : readSync(this.file, block, 0, block.length, this.position));
  }

  private takeLines(bytes: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    const isTooLong = bytes.length - start > this.maxLineBytes;
    if (isTooLong) lines.push(bytes.toString('utf8', start));
    this.rest = isTooLong ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start));
    return lines;
  }
}
