import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseReport, type Report } from '../../../shared/run/report.ts';
import { REPORT_WATCHING, watchGrowth } from '../logs/growth-watcher.ts';

/** Reports are read in pieces of this size, so that a worker that reports megabytes at once cannot fill memory. */
const BLOCK_BYTES = 64 * 1024;
/** A report is one short line; a longer one without a newline is garbage and is skipped. */
const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

export interface ReportHandlers {
  /** @param behind final reports that stand behind it in what was read at once */
  onReport: (report: Report, behind: number) => void;
  /** A line that is no report; the text is cut. */
  onGarbage: (line: string) => void;
}

/** Reads what a worker appends to its report file, line by line, each line once. */
export class ReportTail {
  private readonly file: number;
  private readonly handlers: ReportHandlers;
  private readonly watch: { stop: () => void };
  private position: number;
  private rest = Buffer.alloc(0);
  private closed = false;
  /** A report may lead to another look before this one is over. */
  private reading = false;

  /** @param from where to begin, in bytes: the start of a line; null for the end as it is now */
  constructor(path: string, from: number | null, handlers: ReportHandlers) {
    // Opened for appending too, so that the file is there before the worker is.
    this.file = openSync(path, 'a+', 0o600);
    this.position = from ?? fstatSync(this.file).size;
    this.handlers = handlers;
    this.watch = watchGrowth(path, () => this.read(), REPORT_WATCHING);
  }

  /** Bytes of whole lines read so far: where an engine after this one has to begin. */
  get offset(): number {
    return this.position - this.rest.length;
  }

  /** When something was written into the file last, in nanoseconds since 1970. */
  get changedAt(): bigint {
    return fstatSync(this.file, { bigint: true }).mtimeNs;
  }

  /** Reads everything that is there now; the watch calls it too. */
  read(): void {
    if (this.closed || this.reading) return;
    this.reading = true;
    try {
      for (let piece = this.readPiece(); piece.length > 0; piece = this.readPiece()) {
        this.position += piece.length;
        this.takeLines(this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]));
      }
    } finally {
      this.reading = false;
    }
  }

  /** Ends the watch and closes the file. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.watch.stop();
    closeSync(this.file);
  }

  /** What is there, up to a block: mostly a line or two, so a whole block for each would keep the garbage collector busy. */
  private readPiece(): Buffer {
    if (this.closed) return Buffer.alloc(0);
    const { size } = fstatSync(this.file);
    // A file that became shorter was wiped by the worker: what it writes now is new.
    if (size < this.position) this.restart();
    const block = Buffer.allocUnsafe(Math.min(size - this.position, BLOCK_BYTES));
    return block.subarray(0, block.length === 0 ? 0 : readSync(this.file, block, 0, block.length, this.position));
  }

  private restart(): void {
    this.position = 0;
    this.rest = Buffer.alloc(0);
  }

  private takeLines(bytes: Buffer): void {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    const torn = bytes.length - start > MAX_LINE_BYTES;
    if (torn) lines.push(bytes.toString('utf8', start));
    this.tell(lines);
    this.rest = torn ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start));
  }

  private tell(lines: readonly string[]): void {
    const read = lines.filter((line) => line.trim() !== '').map((line) => ({ line, report: parseReport(line) }));
    let behind = read.filter(({ report }) => isFinal(report)).length;
    for (const { line, report } of read) {
      if (isFinal(report)) behind -= 1;
      if (report === null) this.handlers.onGarbage(line.slice(0, 200));
      else this.handlers.onReport(report, behind);
    }
  }
}

function isFinal(report: Report | null): boolean {
  return report?.status === 'complete' || report?.status === 'failed';
}
