import { Buffer } from 'node:buffer';
import type { Region } from '../line-regions.ts';
import { stripTerminalControls } from '../strip-terminal-controls.ts';
import { ProblemKinds } from './classify-log-line.ts';
import { type LineProgress, parseProgressLine } from './parse-progress-line.ts';
import { parseTokenUsage } from './parse-token-usage.ts';
import { ProblemLines } from './problem-lines.ts';
import { processStarts } from './process-starts.ts';
import { PROBLEM_TEXT_BYTES, SCAN_OVERLAP_BYTES } from './scan-limits.ts';
import { NO_ACCOUNTS, type TokenAccounts } from './token-accounts.ts';
import { TokenRequests } from './token-requests.ts';
import { UsageObjects } from './usage-objects.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * What makes a line a candidate. Below eight bytes Node finds a needle by its first byte (memchr, the fastest), so needles are short and begin with
 * bytes that are rare in running text. `rror` is used for Error and error, since e is the most frequent letter; `(most r` for the first line of a
 * Python traceback, since many logs have a T in each line's time.
 */
const PROBLEM_NEEDLES = [
  'WARN',
  'Warning',
  'warning',
  'ERROR',
  'rror',
  'Excepti',
  '(most r',
  'CRITICA',
  'FATAL',
  'Killed',
].map((needle) => Buffer.from(needle));
/** In `Token usage`, in any case; rare as a beginning, so that it is found by its first byte. */
const TOKEN_NEEDLES = ['ken', 'KEN'].map((needle) => Buffer.from(needle));
/** `to` comes before the needle (bytes). */
const TOKEN_LEAD_BYTES = 2;
/** What follows the needle where a usage line begins, colours included. */
const TOKEN_NEXT = new Set(Buffer.from(' _-\u001b'));
/** How much of a line before `Token usage` is searched for a word such as "total" (bytes). */
const TOKEN_BEFORE_BYTES = 64;
const BAR_NEEDLE = Buffer.from('%|');
/** Digits of the percentage come before the needle (bytes); a wide bar after it. */
const BAR_LEAD_BYTES = 4;
/** A bar that is still being written may follow a complete one. */
const BAR_TRIES = 3;

/** How a usage line is reported whose counts have an unknown form. */
const UNREAD_USAGE = 'Tokens of this line are not counted';

/** Scans one worker's log as regions of whole lines and keeps what was found. */
export class WorkerLogScan {
  readonly problems = new ProblemKinds();
  private readonly problemLines = new ProblemLines(this.problems);
  progress: LineProgress | null = null;
  private readonly lines = new TokenRequests();
  private readonly objects = new UsageObjects();

  get accounts(): TokenAccounts {
    return { ...NO_ACCOUNTS, lines: this.lines.count, objects: this.objects.count };
  }

  /** Takes a region; each must come once, in order. */
  take(region: Region): void {
    const unread = this.findTokens(region);
    this.objects.take(region, SCAN_OVERLAP_BYTES);
    this.findProblems(region, unread);
    this.findProgress(region.bytes);
  }

  /** Finds the latest progress bar in these bytes, if any. May be called with the same bytes again. */
  findProgress(bytes: Buffer): void {
    let at = bytes.lastIndexOf(BAR_NEEDLE);
    for (let tries = 0; at >= 0 && tries < BAR_TRIES; tries += 1) {
      const start = Math.max(0, at - BAR_LEAD_BYTES);
      const found = parseProgressLine(bytes.toString('utf8', start, Math.min(bytes.length, at + SCAN_OVERLAP_BYTES)));
      if (found !== null) {
        this.progress = found;
        return;
      }
      at = at === 0 ? -1 : bytes.lastIndexOf(BAR_NEEDLE, at - 1);
    }
  }

  /** Finds the tokens in a region. @returns the beginnings of lines about tokens whose counts cannot be read */
  private findTokens(region: Region): Set<number> {
    const { bytes, ownedBytes } = region;
    const places: number[] = [];
    for (const needle of TOKEN_NEEDLES) {
      for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
        const start = at - TOKEN_LEAD_BYTES;
        if (start >= ownedBytes) break;
        if (start >= 0 && TOKEN_NEXT.has(bytes[at + needle.length] ?? 0)) places.push(start);
      }
    }
    const unread = new Set<number>();
    const restarts = processStarts(region);
    for (const at of places.sort((a, b) => a - b)) {
      const start = lineStart(bytes, at);
      for (; (restarts[0] ?? start) < start; restarts.shift()) this.lines.restart();
      const before = bytes.toString('utf8', Math.max(start, at - TOKEN_BEFORE_BYTES), at);
      const text = bytes.toString('utf8', at, Math.min(bytes.length, at + SCAN_OVERLAP_BYTES));
      const found = parseTokenUsage(text, before);
      if (found?.use) this.lines.take(found.use);
      if (found?.unread === true) unread.add(start);
    }
    if (restarts.length > 0) this.lines.restart();
    return unread;
  }

  /** Ends the scan: the log has ended, for now or for good. */
  end(): void {
    this.problemLines.end();
  }

  private findProblems(region: Region, unread: ReadonlySet<number>): void {
    const lines = new Map<number, number>();
    for (const needle of PROBLEM_NEEDLES) collectLines(region, needle, lines);
    for (const start of unread) if (!lines.has(start)) lines.set(start, start);
    const starts = [...lines.keys()].sort((a, b) => a - b);
    let next = 0;
    // After a problem, each line is examined as long as it may belong to it.
    let line = this.problemLines.wantsNext ? 0 : (starts[next] ?? -1);
    while (line >= 0 && line < region.ownedBytes) {
      if (unread.has(line)) this.reportUnread(region, line);
      this.examine(region, line, lines.get(line) ?? line);
      const following = nextLine(region.bytes, line);
      while ((starts[next] ?? following) < following) next += 1;
      line = this.problemLines.wantsNext ? following : (starts[next] ?? -1);
    }
  }

  private reportUnread({ bytes, offset }: Region, start: number): void {
    const line = bytes.toString('utf8', start, Math.min(lineEnd(bytes, start), start + PROBLEM_TEXT_BYTES));
    this.problems.add('warning', `${UNREAD_USAGE}: ${stripTerminalControls(line).trim()}`, offset + start);
  }

  private examine({ bytes, offset }: Region, start: number, at: number): void {
    const from = at - start < PROBLEM_TEXT_BYTES / 2 ? start : at - PROBLEM_TEXT_BYTES / 2;
    const to = Math.min(lineEnd(bytes, at), from + PROBLEM_TEXT_BYTES);
    this.problemLines.take(stripTerminalControls(bytes.toString('utf8', from, to)), offset + start);
  }
}

/** Collects each line that holds the needle: start of line → position of the first needle. */
function collectLines({ bytes, ownedBytes }: Region, needle: Buffer, lines: Map<number, number>): void {
  let at = bytes.indexOf(needle);
  while (at >= 0 && at < ownedBytes) {
    const start = lineStart(bytes, at);
    lines.set(start, Math.min(at, lines.get(start) ?? at));
    at = bytes.indexOf(needle, lineEnd(bytes, at));
  }
}

function lineStart(bytes: Buffer, at: number): number {
  const start = at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
  return start + bytes.subarray(start, at).lastIndexOf(CARRIAGE_RETURN) + 1;
}

function lineEnd(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  const end = newline < 0 ? bytes.length : newline;
  const carriageReturn = bytes.subarray(at, end).indexOf(CARRIAGE_RETURN);
  return carriageReturn < 0 ? end : at + carriageReturn;
}

/** Returns where the line begins after the one that begins at an index. */
function nextLine(bytes: Buffer, start: number): number {
  const end = lineEnd(bytes, start);
  return bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === NEWLINE ? end + 2 : end + 1;
}
