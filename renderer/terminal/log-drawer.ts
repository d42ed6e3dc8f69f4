import { bytes } from '../../shared/format.ts';
import { cutAtLines, endsLine, lastLineEnd } from './byte-lines.ts';
import type { Screen } from './screen.ts';
import { separatorStarts } from './separators.ts';

/** A terminal gets pieces of about this size, so that places in the log can be marked. */
const PIECE_BYTES = 32 * 1024;

/** Draws parts of a log on a screen, marks lines with their offsets and counts the bytes that are not drawn yet. */
export class LogDrawer {
  /** Bytes passed to the screen that it has not drawn. */
  inFlight = 0;
  private readonly screen: Screen;
  private readonly renderLine: ((line: string) => string) | undefined;
  private lastMark = 0;

  constructor(screen: Screen, renderLine: ((line: string) => string) | undefined) {
    this.screen = screen;
    this.renderLine = renderLine;
  }

  /** Marks the place after the drawn text. */
  mark(offset: number): void {
    this.lastMark = offset;
    this.screen.mark(offset);
  }

  /**
   * Returns the bytes that can be drawn now: lines that are rendered before they are drawn must be whole, unless one is longer than a read.
   * @param most the most bytes of a read
   */
  drawable(bytes: Uint8Array, most: number): Uint8Array {
    if (this.renderLine === undefined) return bytes;
    const end = lastLineEnd(bytes);
    return end === 0 && bytes.length >= most ? bytes : bytes.subarray(0, end);
  }

  /** Prints a note in place of skipped bytes. */
  noteSkipped(skipped: number): void {
    const rule = '\u2500\u2500\u2500';
    const note = `${rule} ${bytes(skipped)} skipped here; they are in the file ${rule}`;
    // CAN ends an escape sequence that was cut.
    void this.screen.draw(`\x18\x1b[0m\r\n\x1b[90m${note}\x1b[0m\r\n`);
  }

  /** Draws bytes from an offset; settles when they are drawn. */
  async draw(bytes: Uint8Array, offset: number): Promise<void> {
    this.inFlight += bytes.length;
    let end = offset;
    const drawn = cutAtLines(bytes, PIECE_BYTES)
      .flatMap((piece) => this.cutAtSeparators(piece))
      .map((piece) => {
        if (piece.landmark) this.screen.landmark();
        const done = this.screen.draw(this.rendered(piece.bytes)).then(() => {
          this.inFlight -= piece.bytes.length;
        });
        end += piece.bytes.length;
        if (endsLine(piece.bytes) && end - this.lastMark >= PIECE_BYTES) this.mark(end);
        return done;
      });
    await Promise.all(drawn);
  }

  /** Cuts bytes so that each separator begins a piece, whose row is then known. Component logs have no separators. */
  private cutAtSeparators(bytes: Uint8Array): { bytes: Uint8Array; landmark: boolean }[] {
    const starts = this.renderLine === undefined ? separatorStarts(bytes) : [];
    const cuts = starts[0] === 0 ? starts : [0, ...starts];
    return cuts.map((start, index) => ({
      bytes: bytes.subarray(start, cuts[index + 1] ?? bytes.length),
      landmark: starts.includes(start),
    }));
  }

  private rendered(piece: Uint8Array): Uint8Array | string {
    const { renderLine } = this;
    if (renderLine === undefined) return piece;
    const lines = new TextDecoder().decode(piece).split('\n');
    return lines.map((line) => (line === '' ? '' : renderLine(line))).join('\n');
  }
}
