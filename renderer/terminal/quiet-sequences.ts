import type { IDisposable, IParser } from '@xterm/xterm';

/** The most rows that the sequences of a slice may insert, delete and scroll: some screens full, more than a program needs in so few bytes. */
const ROWS_PER_SLICE = 1_000;
/** How long sequences may be executed before the page gets its turn (milliseconds): a frame has 16. */
const TURN_MS = 8;

/**
 * Operating system commands: title, palette, links, working directory, notifications, clipboard. Log text is not trusted, and none of these
 * is text.
 */
const OPERATING_SYSTEM_COMMANDS = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 50, 51, 52, 99, 104, 105, 106, 110, 111,
  112, 113, 114, 115, 116, 117, 118, 119, 133, 633, 777, 1337,
];

/** Sequences that would remove text from the scrollback, send an answer to the program or change the mode of the terminal. */
const CONTROL_SEQUENCES = [
  // Modes, public and private: the other screen, the mouse, no wrapping, the origin, insertion.
  { final: 'h' },
  { final: 'l' },
  { prefix: '?', final: 'h' },
  { prefix: '?', final: 'l' },
  // A scroll region: lines that leave it would be lost.
  { final: 'r' },
  { prefix: '?', final: 'r' },
  // The window: size, position, title.
  { final: 't' },
  // Queries: type of the terminal, position of the cursor, modes.
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  // Soft reset and the shape of the cursor.
  { intermediates: '!', final: 'p' },
  { intermediates: ' ', final: 'q' },
  // Columns of the whole screen moved to the left and right, inserted and deleted: text would be lost at the edge.
  { intermediates: ' ', final: '@' },
  { intermediates: ' ', final: 'A' },
  { intermediates: "'", final: '}' },
  { intermediates: "'", final: '~' },
];

/** Full reset, character sets (line drawing instead of letters), keypad modes, the test pattern. */
const ESCAPES = [
  { final: 'c' },
  ...['(', ')', '*', '+', '-', '.', '/'].flatMap((intermediates) =>
    ['0', 'A', 'B'].map((final) => ({ intermediates, final })),
  ),
  { final: 'n' },
  { final: 'o' },
  { final: '|' },
  { final: '}' },
  { final: '~' },
  { final: '=' },
  { final: '>' },
  { intermediates: '#', final: '8' },
];

/** Requests for settings, and other device control strings. */
const DEVICE_CONTROL = [{ intermediates: '$', final: 'q' }, { final: 'q' }, { intermediates: '+', final: 'q' }];

/** More rows than any pane has: inserting, deleting or scrolling this many clears the pane. */
const MOST_ROWS = 300;
/** More tab stops than any row has. */
const MOST_TABS = 150;
/** More columns than any pane has. */
const MOST_COLUMNS = 1_000;
/** The number of characters that cost about as much as one inserted row. */
const CHARACTERS_PER_ROW = 10;

/**
 * Sequences that the terminal repeats by their count: the largest count that is executed, and how many repetitions cost as much as one row. A
 * count of two billion, which a few binary bytes can contain, would block the page for hours.
 */
const REPEATED = [
  // Lines inserted and deleted; the screen scrolled up and down.
  ...['L', 'M', 'S', 'T'].map((final) => ({ final, most: MOST_ROWS, perRow: 1 })),
  // Tab stops forward and back.
  ...['I', 'Z'].map((final) => ({ final, most: MOST_TABS, perRow: CHARACTERS_PER_ROW })),
  // The previous character repeated.
  { final: 'b', most: MOST_COLUMNS, perRow: CHARACTERS_PER_ROW },
];

/** Sequences of a few bytes that change a whole row or screen. */
const COSTLY = [
  ...['@', 'J', 'K', 'P', 'X', ...REPEATED.map(({ final }) => final)].map((final) => ({ final })),
  { prefix: '?', final: 'K' },
];
/** Lines fed forward and back. */
const COSTLY_ESCAPES = ['D', 'E', 'M'];

const ERASE_SCROLLBACK = 3;
const ERASE_ALL = 2;

/** Limits the total repetitions by the sequences of one slice of a log: the sum of many small counts is limited as well as each count. */
export class RepeatBudget {
  private rowsLeft = ROWS_PER_SLICE;

  /** Restores the budget; must be called between two slices. */
  refill(): void {
    this.rowsLeft = ROWS_PER_SLICE;
  }

  /** @returns whether the budget was sufficient */
  spend(rows: number): boolean {
    if (rows > this.rowsLeft) return false;
    this.rowsLeft -= rows;
    return true;
  }
}

/**
 * Disables what log text must not do in a pane: access the clipboard, the title or the window, open links, send answers, erase or hide printed
 * text, or block the page. Colours, carriage returns and cursor movements stay, because progress bars use them.
 */
export function quietSequences(parser: IParser, budget: RepeatBudget = new RepeatBudget()): IDisposable[] {
  const ignore = (): boolean => true;
  const pace = pacer();
  return [
    // The handler of a sequence that was registered last is called first: so sequences that are ignored below do not wait.
    ...COSTLY.map((id) => parser.registerCsiHandler(id, pace)),
    ...COSTLY_ESCAPES.map((final) => parser.registerEscHandler({ final }, pace)),
    ...OPERATING_SYSTEM_COMMANDS.map((identifier) => parser.registerOscHandler(identifier, ignore)),
    ...CONTROL_SEQUENCES.map((id) => parser.registerCsiHandler(id, ignore)),
    ...ESCAPES.map((id) => parser.registerEscHandler(id, ignore)),
    ...DEVICE_CONTROL.map((id) => parser.registerDcsHandler(id, ignore)),
    parser.registerCsiHandler({ final: 'J' }, ([what]) => what === ERASE_ALL || what === ERASE_SCROLLBACK),
    parser.registerCsiHandler({ prefix: '?', final: 'J' }, ignore),
    ...REPEATED.map(({ final, most, perRow }) =>
      parser.registerCsiHandler({ final }, ([count]) => {
        const times = typeof count === 'number' ? Math.max(1, count) : 1;
        return times > most || !budget.spend(times / perRow);
      }),
    ),
  ];
}

/**
 * Makes a handler that leaves the sequence to the terminal's own handler, but yields to the page first when such sequences have taken long: many
 * cheap ones cost as much as an expensive one. Nothing is skipped; the terminal continues where it was.
 */
function pacer(): () => boolean | Promise<boolean> {
  let turnBegan: number | null = null;
  const endTurn = (): void => {
    turnBegan = null;
  };
  return () => {
    const now = performance.now();
    if (turnBegan === null) {
      turnBegan = now;
      // Runs as soon as the page gets its turn, for whatever reason.
      setTimeout(endTurn);
    }
    if (now - turnBegan < TURN_MS) return false;
    return new Promise((resolve) => {
      setTimeout(() => resolve(false));
    });
  };
}
