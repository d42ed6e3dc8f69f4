import type { LogHit, LogSource } from '../../../shared/contract/logs.ts';
import { readLogRange, tailLines } from '../../engine/logs/read-log-range.ts';
import { grepLog } from '../../engine/logs/search/grep-log.ts';
import { must } from '../cli-context.ts';
import { type LineStyle, lineOutput, lineText } from './line-text.ts';
import type { LineSink } from './line-writer.ts';
import { type LogLine, LogLineCutter } from './log-lines.ts';

/** How much of a log is read at a time when much of it is shown (bytes). */
const READ_BYTES = 256 * 1024;
/** How much is read at a time to find the end of one line (bytes). */
const LINE_READ_BYTES = 4 * 1024;
const NEWLINE = 10;

/** Limits of a tail (bytes): at least the first is allowed; for many lines the second per line, but never more than the third. */
const TAIL_LEAST_BYTES = 16 * 1024 * 1024;
const TAIL_LINE_BYTES = 1024;
const TAIL_MOST_BYTES = 512 * 1024 * 1024;

/** A range of a log; `to` is null for its present end. */
export interface ByteRange {
  from: number;
  to: number | null;
}

/** Writes lines of one log. */
export class SourcePrinter {
  readonly path: string;
  sink: LineSink;
  private readonly style: LineStyle;
  private readonly pattern: string | null;
  private readonly matching: RegExp | null;
  private cutter = new LogLineCutter({ offset: 0, line: null });

  /** @param options.pattern only lines that it matches are shown */
  constructor(path: string, options: { style: LineStyle; pattern: string | null; sink: LineSink }) {
    this.path = path;
    this.style = options.style;
    this.sink = options.sink;
    this.pattern = options.pattern;
    this.matching = options.pattern === null ? null : new RegExp(options.pattern);
  }

  /** Byte offset of the first byte that was not processed yet. */
  get position(): number {
    return this.cutter.position;
  }

  /** Shows the last lines; returns whether they were too long to be shown whole. */
  async printTail(count: number): Promise<{ cut: boolean }> {
    const maxBytes = Math.min(TAIL_MOST_BYTES, Math.max(TAIL_LEAST_BYTES, count * TAIL_LINE_BYTES));
    const tail = await tailLines(this.path, count, { maxBytes });
    this.beginAt(tail.offset, tail.offset === 0 ? 1 : null);
    await this.take(tail);
    return { cut: tail.cut };
  }

  /** Shows a range, read in pieces; with a pattern, matching lines only. */
  async printRange(range: ByteRange): Promise<void> {
    const to = range.to ?? (await sizeOf(this.path));
    if (this.pattern === null) await this.copyRange(range.from, to);
    else await this.printHits(this.pattern, range.from, to);
  }

  /** Begins anew at an offset: pending bytes are dropped. */
  beginAt(offset: number, line: number | null = null): void {
    this.cutter = new LogLineCutter({ offset, line }, { keepStates: this.style.raw });
  }

  /** Adds the bytes that come next, and shows the lines that they complete. */
  async take(chunk: { offset: number; bytes: Uint8Array }): Promise<void> {
    // A replaced log begins again.
    if (chunk.offset !== this.position) this.beginAt(chunk.offset);
    if (this.style.raw && !this.style.json && this.matching === null) {
      await this.sink.add(chunk.bytes);
      this.beginAt(chunk.offset + chunk.bytes.length);
    } else {
      await this.showMatching(this.cutter.push(chunk.bytes));
    }
  }

  /** Shows a last line that has no newline (yet). */
  async finish(): Promise<void> {
    await this.showMatching(this.cutter.flush());
  }

  private async copyRange(from: number, to: number): Promise<void> {
    this.beginAt(from, from === 0 ? 1 : null);
    while (this.position < to) {
      const { bytes } = await readLogRange(this.path, this.position, Math.min(READ_BYTES, to - this.position));
      if (bytes.length === 0) return;
      await this.take({ offset: this.position, bytes });
    }
  }

  /** Searches in a thread; a line that is still being written is left to the follower. */
  private async printHits(pattern: string, from: number, to: number): Promise<void> {
    const { json, raw } = this.style;
    const onHit = async (hit: LogHit): Promise<void> => {
      const bytes = raw ? await readLine(this.path, hit.offset) : Buffer.from(hit.text);
      await this.show({ offset: hit.offset, line: hit.line, bytes });
    };
    must(await grepLog(this.path, pattern, { from, to, lineNumbers: json, onHit }));
    this.beginAt(to);
  }

  private async showMatching(lines: readonly LogLine[]): Promise<void> {
    for (const line of lines) {
      if (this.matching === null || this.matching.test(lineText(line.bytes))) {
        // An await for each line, even without a promise, would double the cost of a line.
        const waiting = this.show(line);
        if (waiting !== null) await waiting;
      }
    }
  }

  private show(line: LogLine): Promise<void> | null {
    return this.sink.add(lineOutput(line, this.style, this.matching));
  }
}

/** Returns the offset after the last whole line of a log. */
export async function wholeLinesEnd(path: string): Promise<number> {
  const tail = await tailLines(path, 1);
  return tail.bytes.at(-1) === NEWLINE || tail.cut ? tail.size : tail.offset;
}

/** Makes the printer of a source. @param many whether other sources are shown too, so that lines need its name */
export function makePrinter(
  source: Omit<LogSource, 'size'>,
  options: { many: boolean; raw: boolean; json: boolean; colours: boolean; grep: string | null; sink: LineSink },
): SourcePrinter {
  const { raw, json, colours } = options;
  const style = {
    source: source.source,
    step: source.step,
    prefixed: options.many,
    rendered: !source.source.startsWith('worker_'),
    raw,
    json,
    colours,
  };
  return new SourcePrinter(source.path, { style, pattern: options.grep, sink: options.sink });
}

async function sizeOf(path: string): Promise<number> {
  return (await readLogRange(path, 0, 0)).size;
}

/** Reads the bytes of the line at an offset. */
async function readLine(path: string, offset: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = offset; ; ) {
    const { bytes } = await readLogRange(path, at, LINE_READ_BYTES);
    const end = bytes.indexOf(NEWLINE);
    if (end >= 0 || bytes.length === 0) return Buffer.concat([...parts, bytes.subarray(0, Math.max(0, end))]);
    parts.push(bytes);
    at += bytes.length;
  }
}
