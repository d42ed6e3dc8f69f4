import { Buffer } from 'node:buffer';
import { fstatSync } from 'node:fs';
import { cursorAt, LineRegions, type Region } from '../line-regions.ts';
import type { SearchPlan } from './search-pattern.ts';

/** The longest text of a line in a search hit. What is longer is cut; its offset still gives its position. */
const HIT_TEXT_MAX_BYTES = 1024 * 1024;

/** How much a search reads at a time, a multiple of a block: fewer calls matter more here than the cache (bytes). */
const SEARCH_READ_BYTES = 1024 * 1024;

const NEWLINE = 10;
const NOTHING = new Uint8Array(0);
const CARRIAGE_RETURN = 13;
/** Pieces of a line that is longer than the limit overlap by this much, so that a match across a cut is found (bytes). */
const PIECE_OVERLAP_BYTES = 4 * 1024;

/**
 * Node searches for a needle below eight bytes by its first byte (memchr) and compares there, which is the fastest way when that byte is rare. For a
 * longer one it uses a slower algorithm.
 */
const PROBE_BYTES = 7;
/** After this many false finds in one region the whole literal is searched for instead. */
const MAX_FALSE_FINDS = 64;

/** Bytes by their frequency in logs, the most frequent first. A byte that is not listed is rare. */
const COMMON_BYTES = ' etaoinsrlhdcum0123456789-.pfgwybvk:,/_=[]()ITEAWDNOSRLC"\'xjqzFPMBGHUV';

export interface FileSearch {
  plan: SearchPlan;
  /** First byte, taken for the start of a line. */
  from: number;
  /** Where to stop; null for the file's end as it is now. */
  to: number | null;
  /** Counts lines, which costs a pass over everything that is read. */
  lineNumbers: boolean;
  /** Bytes from `from` on that were read already, without a line end. */
  begun?: Uint8Array;
}

export interface SearchHit {
  /** Line number, 1 for the line at `from`; null when lines are not counted. */
  line: number | null;
  /** Byte offset of the line. */
  offset: number;
  /** Where the next line begins; for a line that is longer than the limit, where its part that was read ends. */
  end: number;
  text: string;
}

/** Takes a hit; false stops the search. */
type OnHit = (hit: SearchHit) => boolean;

/** Called repeatedly with the start of a line before which everything was searched, and how many lines ended before it. */
type OnReached = (searchedTo: number, lines: number) => void;

/**
 * Searches a file line by line and passes on each matching line once, in order. `onHit` returns false to stop. Any bytes are allowed: invalid UTF-8
 * reads as U+FFFD. A line longer than the limit is matched in overlapping pieces, and its text is cut.
 * @param progress.onCounted called at the end with the number of lines that ended in what was searched, when they are counted
 * @returns the offset up to which the file was searched
 */
export function searchFile(
  fd: number,
  search: FileSearch,
  onHit: OnHit,
  {
    onCounted = () => undefined,
    onReached = () => undefined,
  }: { onCounted?: (lines: number) => void; onReached?: OnReached } = {},
): number {
  const overlapBytes = Math.max(PIECE_OVERLAP_BYTES, Buffer.byteLength(search.plan.literal ?? ''));
  const regions = new LineRegions({
    pieceBytes: HIT_TEXT_MAX_BYTES,
    overlapBytes,
    returnsToo: false,
    blockBytes: SEARCH_READ_BYTES,
  });
  const cursor = { ...cursorAt(search.from), pending: search.begun ?? NOTHING };
  const until = Math.min(search.to ?? Number.POSITIVE_INFINITY, fstatSync(fd).size);
  const matcher = new RegionSearch(search, onHit);
  let reached = search.from;
  regions.read(fd, cursor, until, (region) => {
    if (!region.startsMidLine) reached = region.offset;
    onReached(reached, matcher.lines ?? 0);
    return matcher.search(region);
  });
  if (!matcher.stopped && cursor.pending.length > 0) {
    matcher.search(regions.pending(cursor));
    cursor.offset += cursor.pending.length;
  }
  if (matcher.lines !== null) onCounted(matcher.lines);
  return cursor.offset;
}

class RegionSearch {
  stopped = false;
  /** Lines that ended before `countedTo` in the present region; null when they are not counted. */
  lines: number | null;
  private readonly expression: RegExp;
  private readonly probe: LiteralProbe | null;
  private readonly literalOnly: boolean;
  private readonly onHit: OnHit;
  private countedTo = 0;
  /** The line whose pieces are being read: where it began, and whether it was passed on. */
  private longLine: { offset: number; head: Buffer; hit: boolean } | null = null;

  constructor({ plan, lineNumbers }: FileSearch, onHit: OnHit) {
    this.expression = new RegExp(plan.source);
    this.probe = plan.literal === null ? null : new LiteralProbe(plan.literal);
    this.literalOnly = plan.literalOnly;
    this.lines = lineNumbers ? 0 : null;
    this.onHit = onHit;
  }

  /** Searches one region; false when the reader wants no more. */
  search(region: Region): boolean {
    this.countedTo = 0;
    if (!region.startsMidLine) this.longLine = null;
    if (this.probe === null) this.searchEveryLine(region);
    else this.searchProbed(region, this.probe);
    this.rememberPiece(region);
    this.countLines(region.bytes, region.ownedBytes);
    return !this.stopped;
  }

  private searchProbed(region: Region, probe: LiteralProbe): void {
    const { bytes } = region;
    let index = probe.find(bytes, 0);
    while (index >= 0 && !this.stopped) {
      const start = bytes.lastIndexOf(NEWLINE, index) + 1;
      const end = lineEnd(bytes, index);
      this.examine(region, start, end, this.literalOnly);
      index = end >= bytes.length ? -1 : probe.find(bytes, end);
    }
  }

  private searchEveryLine(region: Region): void {
    const { bytes } = region;
    let start = 0;
    while (start < bytes.length && !this.stopped) {
      const end = lineEnd(bytes, start);
      this.examine(region, start, end, false);
      start = end + 1;
    }
  }

  private examine(region: Region, start: number, end: number, known: boolean): void {
    const long = start === 0 && region.startsMidLine ? this.longLine : null;
    if (long?.hit === true) return;
    if (!known && !this.expression.test(lineText(region.bytes, start, end))) return;
    const hitText =
      long === null
        ? lineText(region.bytes, start, Math.min(end, start + HIT_TEXT_MAX_BYTES))
        : lineText(long.head, 0, long.head.length);
    if (long !== null) long.hit = true;
    else if (start === 0 && region.ownedBytes < region.bytes.length)
      this.longLine = { offset: region.offset, head: region.bytes.subarray(0, 0), hit: true };
    this.countLines(region.bytes, start);
    const line = this.lines === null ? null : this.lines + 1;
    const offset = long?.offset ?? region.offset + start;
    const next = region.offset + Math.min(end + 1, region.ownedBytes);
    this.stopped = !this.onHit({ line, offset, end: next, text: hitText });
  }

  /** Keeps the beginning of a line whose end is not in this region, for the text of a later hit. */
  private rememberPiece({ bytes, offset, ownedBytes }: Region): void {
    if (ownedBytes < bytes.length && this.longLine === null)
      this.longLine = { offset, head: Buffer.from(bytes.subarray(0, HIT_TEXT_MAX_BYTES)), hit: false };
  }

  private countLines(bytes: Buffer, to: number): void {
    if (this.lines === null) return;
    let newline = bytes.indexOf(NEWLINE, this.countedTo);
    while (newline >= 0 && newline < to) {
      this.lines += 1;
      newline = bytes.indexOf(NEWLINE, newline + 1);
    }
    this.countedTo = Math.max(this.countedTo, to);
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 ? bytes.length : newline;
}

/** Returns a line's text without its end. */
function lineText(bytes: Buffer, start: number, end: number): string {
  const trimmed = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  return bytes.toString('utf8', start, trimmed);
}

/** Searches for a text in blocks of bytes, by its rarest part. */
export class LiteralProbe {
  private readonly literal: Buffer;
  private readonly probe: Buffer;
  private readonly shift: number;

  constructor(text: string) {
    this.literal = Buffer.from(text);
    this.shift = rarestIndex(this.literal);
    this.probe = this.literal.subarray(this.shift, this.shift + PROBE_BYTES);
  }

  /** Returns the index of the first occurrence at or after `from`, or -1. */
  find(bytes: Buffer, from: number): number {
    let at = bytes.indexOf(this.probe, from + this.shift);
    for (let tries = 0; at >= 0; tries += 1) {
      const start = at - this.shift;
      if (start + this.literal.length > bytes.length) return -1;
      if (bytes.compare(this.literal, 0, this.literal.length, start, start + this.literal.length) === 0) return start;
      if (tries >= MAX_FALSE_FINDS) return bytes.indexOf(this.literal, start + 1);
      at = bytes.indexOf(this.probe, at + 1);
    }
    return -1;
  }
}

/** Returns the index of the literal's rarest byte that leaves room for a probe as long as the literal allows. */
function rarestIndex(literal: Buffer): number {
  let best = 0;
  let bestRank = -1;
  for (let index = 0; index <= Math.max(0, literal.length - 2); index += 1) {
    const common = COMMON_BYTES.indexOf(String.fromCharCode(literal[index] ?? 0));
    const rank = common < 0 ? COMMON_BYTES.length : common;
    if (rank > bestRank) {
      best = index;
      bestRank = rank;
    }
  }
  return best;
}
