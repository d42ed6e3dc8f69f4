const ESCAPE = String.fromCharCode(27);
const CONTROL_OR_CHARACTER = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|[^]`, 'gu');

/** The part of a terminal that a progress display uses: text, line ends, wrapping, cursor up, erase below, colours (dropped). */
export class SmallScreen {
  columns: number;
  rows: number;
  /** Everything written, as it came. */
  written = '';
  private lines: string[][] = [[]];
  private row = 0;
  private column = 0;
  private wraps = true;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): boolean {
    this.written += text;
    for (const [part] of text.matchAll(CONTROL_OR_CHARACTER)) this.take(part);
    return true;
  }

  /** What a person sees, without blanks at the ends. */
  get text(): string[] {
    const lines = this.lines.map((line) => line.join('').trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  private take(part: string): void {
    if (part === `${ESCAPE}[?7l`) this.wraps = false;
    else if (part === `${ESCAPE}[?7h`) this.wraps = true;
    else if (part.startsWith(`${ESCAPE}[`)) return this.control(Number(part.slice(2, -1)), part.at(-1) ?? '');
    else if (part === '\r') this.column = 0;
    else if (part === '\n') this.nextRow();
    else this.put(part);
  }

  private control(value: number, letter: string): void {
    if (letter === 'A') {
      this.row = Math.max(0, this.row - value);
    } else if (letter === 'J') {
      this.lines.length = this.row + 1;
      this.line().length = this.column;
    } else if (letter !== 'm') {
      throw new Error(`The screen does not know ESC [ ${letter}`);
    }
  }

  private put(character: string): void {
    if (this.column >= this.columns && this.wraps) this.nextRow();
    this.column = Math.min(this.column, this.columns - 1);
    this.line()[this.column] = character;
    this.column += 1;
  }

  private nextRow(): void {
    this.row += 1;
    this.column = 0;
    this.line();
  }

  private line(): string[] {
    this.lines[this.row] ??= [];
    return this.lines[this.row] ?? [];
  }
}
