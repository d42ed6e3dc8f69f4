import { SHOWN_LINE_MAX_CHARS } from './limits.ts';

/** Returns what a person sees of a text in which lines are rewritten by carriage returns: the last state of each line. */
export function collapseProgress(text: string): string {
  const collapser = new CarriageReturnCollapser();
  return collapser.push(text) + collapser.flush();
}

/** Does the same for text in pieces. Only the line being written is kept. One that grows without end is returned in pieces. */
export class CarriageReturnCollapser {
  /** The last state that a carriage return ended and that was not empty. */
  private closed = '';
  private current = '';
  private readonly maxChars: number;

  constructor({ maxLineChars = SHOWN_LINE_MAX_CHARS }: { maxLineChars?: number } = {}) {
    this.maxChars = maxLineChars;
  }

  /** Takes text. Returns the lines it completes, each with its newline. */
  push(text: string): string {
    let out = '';
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      out += `${this.write(text.slice(start, end))}${this.flush()}\n`;
      start = end + 1;
    }
    return out + this.write(text.slice(start));
  }

  /** Returns the text of the line that has no newline yet. */
  flush(): string {
    const state = this.current === '' ? this.closed : this.current;
    this.closed = '';
    this.current = '';
    return state;
  }

  private write(text: string): string {
    const states = text.split('\r');
    for (const [index, state] of states.entries()) {
      this.current += state;
      if (index < states.length - 1 && this.current !== '') {
        this.closed = this.current;
        this.current = '';
      }
    }
    return this.current.length > this.maxChars ? this.flush() : '';
  }
}
