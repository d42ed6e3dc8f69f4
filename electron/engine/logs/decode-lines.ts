import { Buffer } from 'node:buffer';
import { SHOWN_LINE_MAX_CHARS } from './limits.ts';

const NEWLINE = 10;
/** A byte 10xxxxxx continues the character before it. */
const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;
/** A UTF-8 character has at most this many bytes after its first. */
const MAX_CONTINUATIONS = 3;
const NUL = '\0';
const SHOWN_NUL = '␀';

/**
 * Decodes bytes that come in pieces into lines of text for people. Invalid UTF-8 becomes U+FFFD, a NUL becomes ␀, a carriage return at the end of a
 * line is removed. A line without end is returned in pieces, so that memory stays bounded.
 */
export class LineDecoder {
  private pieces: Uint8Array[] = [];
  private pendingBytes = 0;
  private readonly maxBytes: number;

  constructor({ maxLineBytes = SHOWN_LINE_MAX_CHARS }: { maxLineBytes?: number } = {}) {
    this.maxBytes = maxLineBytes;
  }

  /** Takes bytes. Returns the lines that they complete, without their newlines. Bytes that are kept are copied. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.keep(bytes.subarray(start, end), lines);
      lines.push(lineText(this.takePending()));
      start = end + 1;
    }
    this.keep(bytes.subarray(start), lines);
    return lines;
  }

  /** Returns the last line, when it has no newline; at most one. */
  flush(): string[] {
    return this.pendingBytes === 0 ? [] : [lineText(this.takePending())];
  }

  private keep(bytes: Uint8Array, lines: string[]): void {
    let rest = bytes;
    while (this.pendingBytes + rest.length > this.maxBytes) {
      const room = Math.max(0, this.maxBytes - this.pendingBytes);
      this.append(rest.subarray(0, room));
      rest = rest.subarray(room);
      const piece = this.takePending();
      const cut = characterBoundary(piece);
      lines.push(lineText(piece.subarray(0, cut)));
      this.append(piece.subarray(cut));
    }
    this.append(rest);
  }

  private append(bytes: Uint8Array): void {
    if (bytes.length > 0) {
      this.pieces.push(Uint8Array.from(bytes));
      this.pendingBytes += bytes.length;
    }
  }

  private takePending(): Uint8Array {
    const bytes =
      this.pieces.length === 1 && this.pieces[0] !== undefined ? this.pieces[0] : Buffer.concat(this.pieces);
    this.pieces = [];
    this.pendingBytes = 0;
    return bytes;
  }
}

/** Decodes bytes into lines of text, all at once. */
export function decodeLines(bytes: Uint8Array): string[] {
  const decoder = new LineDecoder();
  return [...decoder.push(bytes), ...decoder.flush()];
}

function lineText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replaceAll(NUL, SHOWN_NUL);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** Returns where to cut so that no character is split; the very end when the bytes are not UTF-8 anyway. */
function characterBoundary(bytes: Uint8Array): number {
  const lowest = Math.max(1, bytes.length - MAX_CONTINUATIONS - 1);
  for (let index = bytes.length - 1; index >= lowest; index -= 1) {
    const byte = bytes[index] ?? 0;
    if ((byte & CONTINUATION_MASK) !== CONTINUATION) return byte < CONTINUATION ? bytes.length : index;
  }
  return bytes.length;
}
