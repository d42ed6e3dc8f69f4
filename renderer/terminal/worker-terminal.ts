import { FitAddon } from '@xterm/addon-fit';
import { type IDisposable, Terminal } from '@xterm/xterm';
import { boundMarks } from './character-widths.ts';
import { SCROLLBACK_ROWS } from './limits.ts';
import { quietSequences, RepeatBudget } from './quiet-sequences.ts';
import { landmarkColour, terminalTheme } from './terminal-theme.ts';
import { drawByCard } from './webgl-renderer.ts';
import { XtermScreen } from './xterm-screen.ts';

/** Columns of a pane that does not wrap; longer lines wrap nevertheless, as every column costs memory in every row. */
const UNWRAPPED_COLUMNS = 400;

/** Width of the scrollbar with the marks of restarts (pixels). */
const RULER_PX = 14;

/** The contrast to which colours of a program are adjusted, so that they are readable on our background: the ratio of WCAG AA. */
const CONTRAST = 4.5;

/** The appearance of a terminal; may change at any time. */
export interface TerminalStyle {
  /** In pixels. */
  fontSize: number;
  /** Whether long lines are wrapped at the right edge. */
  wrap: boolean;
}

interface WorkerTerminalOptions extends TerminalStyle {
  scrollback?: number;
  /** Called when the visible rows or the size of the buffer have changed. */
  onViewport: () => void;
  /** Whether the scrollbar shows where the worker was restarted. */
  marks?: boolean;
  /** Whether the graphics card may draw: it has contexts for only a few terminals. */
  card?: boolean;
  /** Returns whether a key was handled. */
  onKey?: (event: KeyboardEvent) => boolean;
}

/**
 * One xterm with everything that belongs to it, outside React: its element, its size, its colours. It shows text and takes no input;
 * keys go to the page. `dispose` ends all of it.
 */
export class WorkerTerminal {
  readonly terminal: Terminal;
  /** The screen for a feed. */
  readonly screen: XtermScreen;
  private readonly fit = new FitAddon();
  private readonly disposables: IDisposable[] = [];
  private readonly observer: ResizeObserver;
  private style: TerminalStyle;
  private frame = 0;

  constructor(element: HTMLElement, options: WorkerTerminalOptions) {
    const { fontSize, wrap, scrollback = SCROLLBACK_ROWS } = options;
    this.style = { fontSize, wrap };
    this.terminal = new Terminal({
      fontSize,
      scrollback,
      fontFamily: getComputedStyle(element).getPropertyValue('--font-mono'),
      lineHeight: 1.15,
      theme: terminalTheme(),
      minimumContrastRatio: CONTRAST,
      convertEol: true,
      disableStdin: true,
      cursorStyle: 'underline',
      cursorInactiveStyle: 'none',
      linkHandler: null,
      // Marks in the scrollbar and widths of characters are proposed features of the library.
      allowProposedApi: true,
      overviewRuler: { width: options.marks === true ? RULER_PX : 0 },
      // Its own announcements would read a flood aloud; the pane offers its text by selection and search.
      screenReaderMode: false,
    });
    boundMarks(this.terminal);
    const budget = new RepeatBudget();
    this.screen = new XtermScreen(this.terminal, budget);
    this.terminal.loadAddon(this.fit);
    this.disposables.push(...quietSequences(this.terminal.parser, budget));
    this.disposables.push(this.terminal.onRender(options.onViewport), this.terminal.onScroll(options.onViewport));
    this.terminal.attachCustomKeyEventHandler((event) => {
      if (event.type === 'keydown' && options.onKey?.(event) === true) event.preventDefault();
      return false;
    });
    this.terminal.open(element);
    this.setTheme();
    if (options.card === true) this.disposables.push(drawByCard(this.terminal));
    this.observer = new ResizeObserver(() => this.fitSoon());
    this.observer.observe(element);
    this.fitNow();
  }

  /** Changes font size or wrapping. */
  setStyle(style: TerminalStyle): void {
    this.style = style;
    this.terminal.options.fontSize = style.fontSize;
    this.fitNow();
  }

  /** Reads the colours of the page's theme again. */
  setTheme(): void {
    this.terminal.options.theme = terminalTheme();
    this.screen.setLandmarkColour(landmarkColour());
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    for (const disposable of this.disposables) disposable.dispose();
    this.terminal.element?.remove();
    // Work that xterm has deferred to the next frame needs its renderer, and throws without it. Frame callbacks run in the order of the requests.
    requestAnimationFrame(() => this.terminal.dispose());
  }

  private fitSoon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.fitNow());
  }

  private fitNow(): void {
    const size = this.fit.proposeDimensions();
    // A hidden pane has no size; it is fitted when it is shown.
    if (size === undefined || Number.isNaN(size.cols) || Number.isNaN(size.rows)) return;
    this.terminal.resize(this.style.wrap ? size.cols : Math.max(size.cols, UNWRAPPED_COLUMNS), size.rows);
  }
}
