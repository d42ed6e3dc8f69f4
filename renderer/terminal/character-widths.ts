import type { IUnicodeVersionProvider, Terminal } from '@xterm/xterm';
import { eastAsianWidth } from 'get-east-asian-width';

/** The most marks that are drawn on one character: all scripts need fewer, and a thousand of them keep a page busy for seconds. */
const MARKS_PER_CHARACTER = 8;

/** Marks on the previous character, joiners, and the vowels and endings of Korean syllables: they take no column of their own. */
const NO_COLUMN = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
/** Every character below it has one column; control characters do not get here. */
const FIRST_OTHER = 0x300;
/** The widths of these characters are cached. */
const BASIC_PLANE = 0x1_0000;
const UNKNOWN = 255;

type Width = 0 | 1 | 2;

/** Lays out characters in columns, as modern terminals do, and limits the marks on one character. */
class BoundedWidths implements IUnicodeVersionProvider {
  readonly version = 'bounded';
  private readonly basic = new Uint8Array(BASIC_PLANE).fill(UNKNOWN);

  wcwidth(codepoint: number): Width {
    if (codepoint < FIRST_OTHER) return codepoint < 32 || (codepoint >= 0x7f && codepoint < 0xa0) ? 0 : 1;
    if (codepoint >= BASIC_PLANE) return widthOf(codepoint);
    const known = this.basic[codepoint] ?? UNKNOWN;
    if (known !== UNKNOWN) return known as Width;
    const width = widthOf(codepoint);
    this.basic[codepoint] = width;
    return width;
  }

  /** Packs the properties as the terminal does: whether it joins the previous character, the columns of both, and above these the marks so far. */
  charProperties(codepoint: number, preceding: number): number {
    const width = this.wcwidth(codepoint);
    if (width > 0) return width << 1;
    const before = (preceding >> 1) & 3;
    const marks = preceding >> 3;
    // There is no base character, or it has too many marks: the mark is kept in a cell that is not drawn, so that it can be found and copied.
    if (before === 0 || marks >= MARKS_PER_CHARACTER) return 0;
    return ((marks + 1) << 3) | (before << 1) | 1;
  }
}

/**
 * Limits the marks that a terminal puts on one character: ten thousand of them in one cell, a few bytes each, would block the page whenever
 * the row is drawn.
 */
export function boundMarks(terminal: Terminal): void {
  const widths = new BoundedWidths();
  terminal.unicode.register(widths);
  terminal.unicode.activeVersion = widths.version;
}

function widthOf(codepoint: number): Width {
  if (NO_COLUMN.test(String.fromCodePoint(codepoint))) return 0;
  return eastAsianWidth(codepoint);
}
