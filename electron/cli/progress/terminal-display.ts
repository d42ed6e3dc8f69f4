import type { LogProblem } from '../../../shared/contract/logs.ts';
import type { ProgressModel } from '../../../shared/run/progress-model.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { reportedUntil } from '../../../shared/run/run-time.ts';
import { describeEvent, levelWord, type Notice } from './describe-event.ts';
import { ProblemNotices } from './problem-notices.ts';
import type { ProgressDisplay } from './progress-display.ts';
import { progressLines } from './progress-lines.ts';
import { fitLine, paintLine, type Span, type Style, span, wrappedRows } from './styled-line.ts';

/** At most ten redraws a second: more costs time and nobody sees it. */
const REDRAW_MS = 100;
/** Clocks and rates change even when nothing happens. */
const TICK_MS = 1000;
/** A message may take this many lines; the rest is in the log. */
const NOTICE_LINES = 3;
/** A line of bars never wraps, however wide a terminal draws a character: what does not fit is left out. */
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';
const FALLBACK_COLUMNS = 80;
const FALLBACK_ROWS = 24;

/** The part of a terminal stream that is needed; columns and rows are undefined while unknown. */
export interface Terminal {
  columns?: number | undefined;
  rows?: number | undefined;
  write(text: string): unknown;
}

const NOTICE_STYLES: Record<Notice['level'], Style> = { info: 'plain', warning: 'yellow', error: 'red' };

/** Draws bars in place, again and again; messages scroll by above them. */
export class TerminalDisplay implements ProgressDisplay {
  private readonly model: ProgressModel;
  private readonly terminal: Terminal;
  private readonly options: { colour: boolean; unicode: boolean };
  private readonly folded = new ProblemNotices();
  private readonly tick: NodeJS.Timeout;
  private redraw: NodeJS.Timeout | null = null;
  private waiting: Notice[] = [];
  /** The lines below the messages now, and the columns of the terminal for which they were drawn. */
  private drawn: { lines: readonly Span[][]; columns: number } = { lines: [], columns: 0 };

  constructor(model: ProgressModel, terminal: Terminal, options: { colour: boolean; unicode: boolean }) {
    this.model = model;
    this.terminal = terminal;
    this.options = options;
    this.tick = setInterval(() => this.draw(), TICK_MS);
    this.tick.unref();
  }

  event(event: RunEvent, past: boolean): void {
    const notice = past ? null : describeEvent(event, this.model.state);
    if (notice !== null && notice.level !== 'info') this.waiting.push(notice);
    this.changed();
  }

  changed(): void {
    this.redraw ??= setTimeout(() => this.draw(), REDRAW_MS);
  }

  problems(problems: readonly LogProblem[]): void {
    this.waiting.push(...this.folded.take(problems));
    this.changed();
  }

  note(text: string): void {
    this.waiting.push({ level: 'info', text });
    this.draw();
  }

  close(): void {
    clearInterval(this.tick);
    this.waiting.push(...this.folded.rest());
    this.draw();
    if (this.redraw !== null) clearTimeout(this.redraw);
  }

  private draw(): void {
    if (this.redraw !== null) clearTimeout(this.redraw);
    this.redraw = null;
    const columns = Math.max(1, (this.terminal.columns ?? FALLBACK_COLUMNS) - 1);
    const rows = this.terminal.rows ?? FALLBACK_ROWS;
    const view = this.model.view(reportedUntil(this.model.state, true, Date.now()));
    const canvas = { columns, rows, unicode: this.options.unicode };
    const bars = (view === null ? [] : progressLines(view, canvas)).map((line) => fitLine(line, columns));
    const messages = this.waiting.map((notice) => fitLine(messageLine(notice), columns * NOTICE_LINES));
    this.waiting = [];
    const erase = this.eraseDrawn(columns + 1);
    const paint = (line: readonly Span[]): string => `${paintLine(line, this.options.colour)}\n`;
    this.terminal.write(
      `${erase}${messages.map(paint).join('')}${bars.length === 0 ? '' : `${NO_WRAP}${bars.map(paint).join('')}${WRAP}`}`,
    );
    this.drawn = { lines: bars, columns: columns + 1 };
  }

  /** Returns the sequence that moves back to the first line drawn. A terminal made narrower since then has wrapped long lines. */
  private eraseDrawn(columns: number): string {
    const { lines, columns: before } = this.drawn;
    const rows = columns >= before ? lines.length : lines.reduce((sum, line) => sum + wrappedRows(line, columns), 0);
    return rows === 0 ? '\r' : `\r\x1b[${rows}A\x1b[J`;
  }
}

function messageLine(notice: Notice): Span[] {
  const style = NOTICE_STYLES[notice.level];
  const word = levelWord(notice);
  return word === '' ? [span(notice.text, style)] : [span(word, style), span(notice.text)];
}
