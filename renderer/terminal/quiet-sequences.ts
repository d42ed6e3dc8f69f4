import type { IDisposable, IParser } from '@xterm/xterm';

/**
 * Operating system commands: title, palette, links, working directory, notifications, clipboard. Log text is written by strangers and
 * none of them is text.
 */
const OPERATING_SYSTEM_COMMANDS = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 50, 51, 52, 99, 104, 105, 106, 110, 111,
  112, 113, 114, 115, 116, 117, 118, 119, 133, 633, 777, 1337,
];

/** Sequences that would take text out of the scrollback, answer to the program or change what the terminal is. */
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
  // Questions: what am I, where is the cursor, which mode is set.
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
];

/** Full reset, character sets (line drawing in place of letters), keypad modes, the test picture. */
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

/** Requests for settings and everything that is not text. */
const DEVICE_CONTROL = [{ intermediates: '$', final: 'q' }, { final: 'q' }, { intermediates: '+', final: 'q' }];

/** No row has as many tab stops; the terminal goes from stop to stop, and two thousand million of them would hold up the page. */
const MOST_TABS = 1_000;

const ERASE_SCROLLBACK = 3;
const ERASE_ALL = 2;

/**
 * Turns off what log text must not do in a pane: reach the clipboard, the title or the window, open links, answer, erase or hide what was
 * printed. Colours, carriage returns and cursor movements stay, as progress bars use them.
 */
export function quietSequences(parser: IParser): IDisposable[] {
  const ignore = (): boolean => true;
  return [
    ...OPERATING_SYSTEM_COMMANDS.map((identifier) => parser.registerOscHandler(identifier, ignore)),
    ...CONTROL_SEQUENCES.map((id) => parser.registerCsiHandler(id, ignore)),
    ...ESCAPES.map((id) => parser.registerEscHandler(id, ignore)),
    ...DEVICE_CONTROL.map((id) => parser.registerDcsHandler(id, ignore)),
    parser.registerCsiHandler({ final: 'J' }, ([what]) => what === ERASE_ALL || what === ERASE_SCROLLBACK),
    parser.registerCsiHandler({ prefix: '?', final: 'J' }, ignore),
    parser.registerCsiHandler({ final: 'I' }, ([count]) => typeof count === 'number' && count > MOST_TABS),
  ];
}
