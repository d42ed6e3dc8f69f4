import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import { READ_BLOCK_BYTES } from './limits.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const NOTHING = new Uint8Array(0);

/** The position of a reader of lines in one file. */
export interface LineCursor {
  /** File offset of the first byte of a line (or piece) that was not passed on yet. */
  offset: number;
  /** Bytes from `offset` on that have been read: the beginning of a line. */
  pending: Uint8Array;
  /** True when `offset` is inside a line whose beginning was passed on as a piece. */
  midLine: boolean;
}

/** Whole lines, or a piece of one that is too long. */
export interface Region {
  /** Valid only during the call. */
  bytes: Buffer;
  /** File offset of the first byte. */
  offset: number;
  /** Whether the first line continues from the region before. */
  startsMidLine: boolean;
  /** What begins at or after this index comes again at the start of the next region; `bytes.length` otherwise. */
  ownedBytes: number;
}

/** Processes a region; false stops the read. */
type OnRegion = (region: Region) => boolean;

/** Returns a cursor at an offset that is the start of a line, or is taken for one. */
export function cursorAt(offset: number): LineCursor {
  return { offset, pending: NOTHING, midLine: false };
}

/**
 * Reads files in blocks and cuts them into regions of whole lines, through one buffer for any number of files. Each byte is read once and passed on
 * once, however the file grew. Only a line longer than `pieceBytes` comes in pieces, which overlap by `overlapBytes` so that a needle across the cut
 * is found once.
 */
export class LineRegions {
  private readonly buffer: Buffer;
  private readonly blockBytes: number;
  private readonly pieceBytes: number;
  private readonly overlapBytes: number;
  private readonly returnsToo: boolean;

  /**
   * @param options.returnsToo a carriage return also ends a line, where there is no newline
   * @param options.blockBytes how much is read at a time, a multiple of what makes a region
   */
  constructor({
    pieceBytes,
    overlapBytes,
    returnsToo,
    blockBytes = READ_BLOCK_BYTES,
  }: {
    pieceBytes: number;
    overlapBytes: number;
    returnsToo: boolean;
    blockBytes?: number;
  }) {
    this.buffer = Buffer.allocUnsafeSlow(pieceBytes + blockBytes);
    this.blockBytes = blockBytes;
    this.pieceBytes = pieceBytes;
    this.overlapBytes = overlapBytes;
    this.returnsToo = returnsToo;
  }

  /**
   * Reads from the cursor up to the file offset `until` or the end of the file, and moves the cursor.
   * @returns the bytes read; fewer than requested at the end of the file or when `onRegion` returned false
   */
  read(fd: number, cursor: LineCursor, until: number, onRegion: OnRegion): number {
    const { buffer } = this;
    buffer.set(cursor.pending, 0);
    // Positions in the buffer: the cursor, how far it was examined, and the end of what was read.
    let start = 0;
    let seen = cursor.pending.length;
    let filled = seen;
    let total = 0;
    let more = true;
    while (more) {
      if (seen === filled) {
        buffer.copyWithin(0, start, filled);
        filled -= start;
        seen = filled;
        start = 0;
        const read = this.readBlock(fd, filled, cursor.offset + filled, until);
        if (read === 0) break;
        total += read;
        filled += read;
      }
      const from = seen;
      seen = Math.min(from + READ_BLOCK_BYTES, filled);
      const lineEnd = this.regionEnd(from, seen);
      const long = lineEnd === 0 && seen - start >= this.pieceBytes;
      if (lineEnd > 0 || long) {
        const end = long ? seen : lineEnd;
        const owned = end - start - (long ? this.overlapBytes : 0);
        more = onRegion(regionOf(buffer.subarray(start, end), cursor, owned));
        start += owned;
        cursor.offset += owned;
        cursor.midLine = long;
      }
    }
    cursor.pending = seen === start ? NOTHING : Uint8Array.from(buffer.subarray(start, seen));
    return total;
  }

  /** Returns the line at the cursor that has no newline, as a region. The cursor does not move. */
  pending(cursor: LineCursor): Region {
    const bytes = Buffer.from(cursor.pending.buffer, cursor.pending.byteOffset, cursor.pending.byteLength);
    return regionOf(bytes, cursor, bytes.length);
  }

  /** Returns the index after the last line end in the new bytes, or 0. */
  private regionEnd(from: number, to: number): number {
    const newline = this.buffer.lastIndexOf(NEWLINE, to - 1);
    if (newline >= from) return newline + 1;
    if (!this.returnsToo) return 0;
    const carriageReturn = this.buffer.lastIndexOf(CARRIAGE_RETURN, to - 1);
    // The last byte may be the first half of CR LF: it waits for the next one.
    return carriageReturn >= from && carriageReturn < to - 1 ? carriageReturn + 1 : 0;
  }

  private readBlock(fd: number, index: number, offset: number, until: number): number {
    const wanted = Math.min(this.blockBytes, until - offset);
    return wanted <= 0 ? 0 : readSync(fd, this.buffer, index, wanted, offset);
  }
}

function regionOf(bytes: Buffer, cursor: LineCursor, ownedBytes: number): Region {
  return { bytes, offset: cursor.offset, startsMidLine: cursor.midLine, ownedBytes };
}
