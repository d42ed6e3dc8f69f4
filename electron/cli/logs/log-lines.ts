import { Buffer } from 'node:buffer';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
/** A line that grows beyond this is shortened to its newest state, or passed on in pieces where it has none (bytes). */
const LINE_MAX_BYTES = 1024 * 1024;

/** A line of a log, or a piece of one that is too long. */
export interface LogLine {
  /** Byte offset of the line in its log. */
  offset: number;
  /** Line number from 1; null where reading began in the middle. */
  line: number | null;
  /** Without the newline; valid until more bytes are pushed. */
  bytes: Uint8Array;
}

/** Cuts bytes that arrive in pieces into lines, and counts where each line is. */
export class LogLineCutter {
  private offset: number;
  private line: number | null;
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  /** Bytes of the current line that were dropped or passed on: they count for the offset of its later pieces. */
  private skipped = 0;
  private readonly maxBytes: number;
  private readonly keepStates: boolean;

  /**
   * @param start byte offset of the first byte that will be pushed, and its line number if it is known
   * @param options.maxBytes how much of one line is kept
   * @param options.keepStates passes on every state of a long line that rewrites itself, not only the newest
   */
  constructor(
    start: { offset: number; line: number | null },
    { maxBytes = LINE_MAX_BYTES, keepStates = false }: { maxBytes?: number; keepStates?: boolean } = {},
  ) {
    this.offset = start.offset;
    this.line = start.line;
    this.maxBytes = maxBytes;
    this.keepStates = keepStates;
  }

  /** Byte offset of the next bytes. */
  get position(): number {
    return this.offset + this.skipped + this.pendingBytes;
  }

  /** Adds bytes; returns the lines that they complete. */
  push(bytes: Uint8Array): LogLine[] {
    const lines: LogLine[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(this.complete(bytes.subarray(start, end)));
      start = end + 1;
    }
    if (start < bytes.length) this.keep(bytes.slice(start), lines);
    return lines;
  }

  /** Returns the last line if it has no newline; at most one. */
  flush(): LogLine[] {
    return this.pendingBytes === 0 ? [] : [this.take()];
  }

  private complete(end: Uint8Array): LogLine {
    const line = this.take(end);
    this.offset += 1;
    if (this.line !== null) this.line += 1;
    return line;
  }

  /** Returns the pending bytes and their end as a line; the next line begins after it. */
  private take(end: Uint8Array = new Uint8Array(0)): LogLine {
    const bytes = this.pendingBytes === 0 ? end : Buffer.concat([...this.pending, end]);
    const taken = { offset: this.offset, line: this.line, bytes };
    this.offset += this.skipped + bytes.length;
    this.skipped = 0;
    this.pending = [];
    this.pendingBytes = 0;
    return taken;
  }

  private keep(bytes: Uint8Array, lines: LogLine[]): void {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.pendingBytes <= this.maxBytes) return;
    if (!this.keepStates) this.dropOldStates();
    if (this.pendingBytes > this.maxBytes) lines.push(this.take());
  }

  /** Keeps only the newest state of a line, as of a progress bar that rewrites its line for hours. */
  private dropOldStates(): void {
    const joined = Buffer.concat(this.pending);
    const newest = joined.lastIndexOf(CARRIAGE_RETURN, joined.length - 2) + 1;
    this.skipped += newest;
    this.pending = [joined.subarray(newest)];
    this.pendingBytes = joined.length - newest;
  }
}
