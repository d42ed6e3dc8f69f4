import { FitAddon } from '@xterm/addon-fit';
import { type IDisposable, type IMarker, Terminal } from '@xterm/xterm';
import { SCROLLBACK_ROWS, UNWRAPPED_COLUMNS } from './limits.ts';
import { quietSequences } from './quiet-sequences.ts';
import type { Mark, Screen } from './screen.ts';
import { terminalTheme } from './terminal-theme.ts';

/** Colours of a program are shifted until they can be read on our background: the ratio of WCAG AA. */
const CONTRAST = 4.5;

/** How a terminal looks; may change at any time. */
export interface TerminalLook {
  /** Pixels. */
  fontSize: number;
  /** Whether long lines are broken at the right edge. */
  wrap: boolean;
}

interface WorkerTerminalOptions extends TerminalLook {
  scrollback?: number;
  /** Called when the visible rows or the size of the buffer have changed. */
  onViewport: () => void;
  /** Answers whether a key is used up. */
  onKey?: (event: KeyboardEvent) => boolean;
}

/**
 * One xterm with everything that belongs to it, outside React: its element, its size, its marks. It shows text and takes no input; keys
 * go to the page. `dispose` ends all of it.
 */
export class WorkerTerminal implements Screen {
  readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly disposables: IDisposable[] = [];
  private readonly observer: ResizeObserver;
  private marks: { marker: IMarker; offset: number }[] = [];
  private look: TerminalLook;
  private frame = 0;

  constructor(element: HTMLElement, options: WorkerTerminalOptions) {
    const { fontSize, wrap, scrollback = SCROLLBACK_ROWS } = options;
    this.look = { fontSize, wrap };
    this.terminal = new Terminal({
      fontSize,
      scrollback,
      fontFamily: getComputedStyle(element).getPropertyValue('--font-mono'),
      lineHeight: 1.15,
      theme: terminalTheme(element),
      minimumContrastRatio: CONTRAST,
      convertEol: true,
      disableStdin: true,
      cursorStyle: 'underline',
      cursorInactiveStyle: 'none',
      linkHandler: null,
      // Its own announcements would read out a flood; the pane offers its text by selection and search.
      screenReaderMode: false,
    });
    this.terminal.loadAddon(this.fit);
    this.disposables.push(...quietSequences(this.terminal.parser));
    this.disposables.push(this.terminal.onRender(options.onViewport), this.terminal.onScroll(options.onViewport));
    this.terminal.attachCustomKeyEventHandler((event) => {
      if (event.type === 'keydown' && options.onKey?.(event) === true) event.preventDefault();
      return false;
    });
    this.terminal.open(element);
    this.observer = new ResizeObserver(() => this.fitSoon());
    this.observer.observe(element);
    this.fitNow();
  }

  get columns(): number {
    return this.terminal.cols;
  }

  get topRow(): number {
    return this.terminal.buffer.active.viewportY;
  }

  /** Whether the newest row is visible. */
  get atEnd(): boolean {
    return this.topRow >= this.terminal.buffer.active.baseY;
  }

  draw(data: Uint8Array | string): Promise<void> {
    return new Promise((resolve) => this.terminal.write(data, resolve));
  }

  clear(): void {
    this.inOrder(() => {
      for (const { marker } of this.marks) marker.dispose();
      this.marks = [];
      this.terminal.reset();
    });
  }

  mark(offset: number): void {
    this.inOrder(() => {
      const marker = this.terminal.registerMarker(0);
      this.marks = [...this.marks.filter((one) => !one.marker.isDisposed), { marker, offset }];
    });
  }

  firstMark(): Mark | null {
    const first = this.marks.find(({ marker }) => !marker.isDisposed);
    return first === undefined ? null : { offset: first.offset, row: first.marker.line };
  }

  markAt(offset: number): Mark | null {
    const found = this.marks.find((one) => one.offset === offset && !one.marker.isDisposed);
    return found === undefined ? null : { offset, row: found.marker.line };
  }

  showRow(row: number): void {
    this.terminal.scrollToLine(row);
  }

  showNewest(): void {
    this.terminal.scrollToBottom();
  }

  holdStill(): void {
    // A terminal that was scrolled, be it by one row, leaves its visible rows alone.
    this.terminal.scrollLines(-1);
  }

  highlight(row: number): void {
    this.terminal.select(0, row, this.terminal.cols);
  }

  /** Changes font size or wrapping. */
  setLook(look: TerminalLook): void {
    this.look = look;
    this.terminal.options.fontSize = look.fontSize;
    this.fitNow();
  }

  /** Takes the colours of the page's theme again. */
  setTheme(): void {
    const { element } = this.terminal;
    if (element !== undefined) this.terminal.options.theme = terminalTheme(element);
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    for (const disposable of this.disposables) disposable.dispose();
    this.marks = [];
    this.terminal.dispose();
  }

  /** Writes are queued, so what must happen between two of them is queued as well. */
  private inOrder(action: () => void): void {
    this.terminal.write('', action);
  }

  private fitSoon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.fitNow());
  }

  private fitNow(): void {
    const size = this.fit.proposeDimensions();
    // A hidden pane has no size; it is fitted when it is shown.
    if (size === undefined || Number.isNaN(size.cols) || Number.isNaN(size.rows)) return;
    this.terminal.resize(this.look.wrap ? size.cols : Math.max(size.cols, UNWRAPPED_COLUMNS), size.rows);
  }
}
