import type { IUnicodeVersionProvider, Terminal } from '@xterm/xterm';
import { eastAsianWidth } from 'get-east-asian-width';

/** Marks that are drawn on one character: all scripts need fewer, and a page is busy for seconds with a thousand of them. */
const MARKS_PER_CHARACTER = 8;

/** Marks on the character before, joiners, and the vowels and endings of Korean syllables: they take no column of their own. */
const NO_COLUMN = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
/** Before it every character has one column; control characters do not come this far. */
const FIRST_OTHER = 0x300;
/** What is looked up once for each character. */
const BASIC_PLANE = 0x1_0000;
const UNKNOWN = 255;

type Width = 0 | 1 | 2;

/** How characters are laid out in columns, as terminals of today do, and how many marks may pile up on one. */
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

  /** The terminal's own packing: whether it joins the one before, the columns of both, and above these the marks so far. */
  charProperties(codepoint: number, preceding: number): number {
    const width = this.wcwidth(codepoint);
    if (width > 0) return width << 1;
    const before = (preceding >> 1) & 3;
    const marks = preceding >> 3;
    // Nothing to stand on, or too many stand there: it is kept in a cell that is not drawn, where it can be found and copied.
    if (before === 0 || marks >= MARKS_PER_CHARACTER) return 0;
    return ((marks + 1) << 3) | (before << 1) | 1;
  }
}

/**
 * Lets a terminal put a bounded number of marks on one character: ten thousand of them in one cell, a few bytes each, hold up the page
 * whenever the row is drawn.
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
