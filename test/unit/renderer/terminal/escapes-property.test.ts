import { type ITerminalInitOnlyOptions, type ITerminalOptions, Terminal } from '@xterm/xterm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietSequences } from '../../../../renderer/terminal/quiet-sequences.ts';

/** Whatever may begin, fill or end a sequence: all control characters, digits, separators, all finals, and text of every script. */
const control = fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCharCode(code));
const number = fc.oneof(
  fc.nat({ max: 120 }),
  fc.constantFrom(1000, 1006, 1047, 1049, 2004, 2026, 65_535, 4_294_967_296),
);
const numbers = fc.array(number, { maxLength: 5 }).map((all) => all.join(';'));
const prefix = fc.constantFrom('', '?', '>', '=', '<');
const intermediates = fc.constantFrom('', ' ', '!', '"', '#', '$', "'", '(', ')', '*', '+', '-', '.', '/', '%', '&');
const final = fc.integer({ min: 0x40, max: 0x7e }).map((code) => String.fromCharCode(code));
const escapeFinal = fc.integer({ min: 0x30, max: 0x7e }).map((code) => String.fromCharCode(code));
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    'مرحبا',
    '🧬👩🏽‍🔬',
    'e\u0301\u0302',
    '\u200b\u200d\ufeff',
    '\u202eabc',
    '配列',
    'plain',
    '\r',
    '\n',
    '\t',
    '\b',
  ),
);
const control8or7 = (seven: string, eight: string) => fc.constantFrom(`\x1b${seven}`, eight);
const csi = fc.tuple(control8or7('[', '\x9b'), prefix, numbers, intermediates, final).map((parts) => parts.join(''));
const esc = fc.tuple(intermediates, escapeFinal).map(([middle, end]) => `\x1b${middle}${end}`);
const end = fc.constantFrom('\x07', '\x1b\\', '\x9c', '\x18', '');
const osc = fc
  .tuple(control8or7(']', '\x9d'), fc.nat({ max: 2_000 }), text, end)
  .map(([begin, id, what, close]) => `${begin}${id};${what}${close}`);
const string = fc
  .tuple(control8or7('P', '\x90'), numbers, intermediates, final, text, end)
  .map((parts) => parts.join(''));
const privateString = fc
  .tuple(fc.constantFrom('\x1bX', '\x1b^', '\x1b_', '\x98', '\x9e', '\x9f'), text, end)
  .map((parts) => parts.join(''));
const log = fc
  .array(fc.oneof(control, csi, esc, osc, string, privateString, text), { maxLength: 40 })
  .map((parts) => parts.join(''));

interface Watched {
  terminal: Terminal;
  /** Whatever left the pane: answers to the program, titles, bells are told as well. */
  left: string[];
}

function watched(options: ITerminalOptions & ITerminalInitOnlyOptions = {}): Watched {
  const terminal = new Terminal({ cols: 40, rows: 6, scrollback: 200, convertEol: true, logLevel: 'off', ...options });
  quietSequences(terminal.parser);
  const left: string[] = [];
  terminal.onData((data) => left.push(`data ${data}`));
  terminal.onBinary((data) => left.push(`binary ${data}`));
  terminal.onTitleChange((title) => left.push(`title ${title}`));
  terminal.onResize(() => left.push('resized'));
  return { terminal, left };
}

const write = (terminal: Terminal, data: string): Promise<void> =>
  new Promise((resolve) => terminal.write(data, resolve));

function lines({ buffer }: Terminal): string[] {
  return Array.from(
    { length: buffer.active.length },
    (_, row) => buffer.active.getLine(row)?.translateToString(true) ?? '',
  );
}

describe('whatever a log holds', () => {
  it('leaves the pane as it is: no answer, no title, no other size, no other screen, no mouse', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (printed) => {
        const { terminal, left } = watched();
        await write(terminal, printed);
        expect(left).toEqual([]);
        const { modes } = terminal;
        expect({
          buffer: terminal.buffer.active.type,
          size: [terminal.cols, terminal.rows],
          mouse: modes.mouseTrackingMode,
          wraparound: modes.wraparoundMode,
          origin: modes.originMode,
          insert: modes.insertMode,
          paste: modes.bracketedPasteMode,
          focus: modes.sendFocusMode,
          cursorKeys: modes.applicationCursorKeysMode,
          keypad: modes.applicationKeypadMode,
        }).toEqual({
          buffer: 'normal',
          size: [40, 6],
          mouse: 'none',
          wraparound: true,
          origin: false,
          insert: false,
          paste: false,
          focus: false,
          cursorKeys: false,
          keypad: false,
        });
        terminal.dispose();
      }),
      { numRuns: 400 },
    );
  });

  it('leaves what was printed in the scrollback, and what comes behind a newline is shown', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (printed) => {
        const { terminal } = watched();
        // More than the screen holds: the first lines are in the scrollback, which no sequence may touch.
        await write(terminal, Array.from({ length: 12 }, (_, at) => `line ${at}\n`).join(''));
        // A cancel ends whatever is open, as a pane writes before its own notes.
        await write(terminal, `${printed}\x18\x1b[0m\r\n\n\n\n\n\n\nthe end`);
        const shown = lines(terminal);
        expect(shown.slice(0, 6)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
        expect(shown.filter((line) => line === 'the end')).toHaveLength(1);
        terminal.dispose();
      }),
      { numRuns: 200 },
    );
  });

  it('may be one line of 10 MB: the pane holds its end and stays bounded', async () => {
    const { terminal, left } = watched({ cols: 200, rows: 20, scrollback: 1_000 });
    const piece = 'ACGT'.repeat(64 * 256);
    for (let written = 0; written < 10_000_000; written += piece.length) terminal.write(piece);
    await write(terminal, 'end');
    expect(terminal.buffer.active.length).toBeLessThanOrEqual(1_020);
    expect(lines(terminal).at(-1)).toMatch(/end$/);
    expect(left).toEqual([]);
    terminal.dispose();
  });
});
