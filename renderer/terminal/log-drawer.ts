import { cutAtLines, endsLine } from './byte-lines.ts';
import { PIECE_BYTES } from './limits.ts';
import type { Screen } from './screen.ts';

/** Draws parts of a log on a screen, marks lines with their offsets and counts what is under way. */
export class LogDrawer {
  /** Bytes handed to the screen that it has not drawn. */
  inFlight = 0;
  private readonly screen: Screen;
  private readonly renderLine: ((line: string) => string) | undefined;
  private lastMark = 0;

  constructor(screen: Screen, renderLine: ((line: string) => string) | undefined) {
    this.screen = screen;
    this.renderLine = renderLine;
  }

  /** Marks the place behind what was drawn. */
  mark(offset: number): void {
    this.lastMark = offset;
    this.screen.mark(offset);
  }

  /** Draws bytes that stand at an offset; settles when they are drawn. */
  async draw(bytes: Uint8Array, offset: number): Promise<void> {
    this.inFlight += bytes.length;
    let end = offset;
    const drawn = cutAtLines(bytes, PIECE_BYTES).map((piece) => {
      const done = this.screen.draw(this.rendered(piece)).then(() => {
        this.inFlight -= piece.length;
      });
      end += piece.length;
      if (endsLine(piece) && end - this.lastMark >= PIECE_BYTES) this.mark(end);
      return done;
    });
    await Promise.all(drawn);
  }

  private rendered(piece: Uint8Array): Uint8Array | string {
    const { renderLine } = this;
    if (renderLine === undefined) return piece;
    const lines = new TextDecoder().decode(piece).split('\n');
    return lines.map((line) => (line === '' ? '' : renderLine(line))).join('\n');
  }
}
