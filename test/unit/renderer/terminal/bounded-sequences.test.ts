import { Terminal } from '@xterm/xterm';
import { describe, expect, it } from 'vitest';
import { boundMarks } from '../../../../renderer/terminal/character-widths.ts';
import { SLICE_BYTES } from '../../../../renderer/terminal/limits.ts';
import { quietSequences, RepeatBudget } from '../../../../renderer/terminal/quiet-sequences.ts';
import { XtermScreen } from '../../../../renderer/terminal/xterm-screen.ts';
import { longestHold } from '../../../helpers/longest-hold.ts';

/** No log may keep the page from anything else for longer (milliseconds). */
const MOST_HELD_MS = 50;
const BRIEF: unknown = expect.toSatisfy((held: number) => held < MOST_HELD_MS);
const INTRODUCERS = ['\x1b[', '\x9b'];
const PREFIXES = ['', '?', '>', '=', '<'];
const INTERMEDIATES = ['', ' ', '!', '"', '#', '$', '%', '&', "'", '(', ')', '*', '+', ',', '-', '.', '/', '  ', '!!'];
const HUGE = [
  '2147483647',
  '2147483648',
  '4294967297',
  '99999999999999999999',
  '65535',
  '2147483647;2147483647',
  ';2147483647',
  '2147483647:9',
];
const FINALS = range(0x40, 0x7e);
const ESCAPE_FINALS = range(0x30, 0x7e);
/** Each small enough to be carried out, and as many of them as a small part of a log holds. */
const SMALL = ['', '1', '9', '100', '150', '300', '1000'];
const REPEATED_BYTES = 4 * SLICE_BYTES;

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
}

function repeated(sequence: string): string {
  return sequence.repeat(Math.ceil(REPEATED_BYTES / sequence.length));
}

/** A pane as large as a screen of today, full of lines, as the window makes it. */
async function pane(): Promise<{ terminal: Terminal; screen: XtermScreen }> {
  const terminal = new Terminal({
    cols: 400,
    rows: 100,
    scrollback: 1_000,
    convertEol: true,
    logLevel: 'off',
    allowProposedApi: true,
  });
  boundMarks(terminal);
  const budget = new RepeatBudget();
  quietSequences(terminal.parser, budget);
  const screen = new XtermScreen(terminal, budget);
  await screen.draw('a line\n'.repeat(1_200));
  return { terminal, screen };
}

describe('no log holds up the page', () => {
  it.each(FINALS)('with a huge count before the final %j, whatever else is in the sequence', async (final) => {
    const { terminal, screen } = await pane();
    for (const introducer of INTRODUCERS) {
      for (const prefix of PREFIXES) {
        const sequences = INTERMEDIATES.flatMap((middle) =>
          HUGE.map((count) => `${introducer}${prefix}${count}${middle}${final}`),
        );
        const held = await longestHold(() => screen.draw(`x${sequences.join('x')}`), MOST_HELD_MS);
        expect({ prefix, held }).toEqual({ prefix, held: BRIEF });
      }
    }
    terminal.dispose();
  });

  it('with a huge count that is cut anywhere', async () => {
    const { terminal, screen } = await pane();
    const whole = FINALS.map((final) => `x\x1b[2147483647${final}`).join('');
    const held = await longestHold(async () => {
      for (let at = 0; at < whole.length; at += 1) void screen.draw(whole.slice(at, at + 1));
      await screen.draw('');
    }, MOST_HELD_MS);
    expect(held).toBeLessThan(MOST_HELD_MS);
    terminal.dispose();
  });

  it.each(FINALS)('with as many small counts before the final %j as fit', async (final) => {
    const { terminal, screen } = await pane();
    for (const middle of ['', ' ', "'"]) {
      for (const count of SMALL) {
        const printed = `x${repeated(`\x1b[${count}${middle}${final}`)}`;
        const held = await longestHold(() => screen.draw(printed), MOST_HELD_MS);
        expect({ count, middle, held }).toEqual({ count, middle, held: BRIEF });
      }
    }
    terminal.dispose();
  });

  it('with as many of any other sequence or control character as fit', async () => {
    const { terminal, screen } = await pane();
    const others = [
      ...range(0, 0x1f),
      ...range(0x7f, 0x9f),
      ...ESCAPE_FINALS.map((final) => `\x1b${final}`),
      ...INTERMEDIATES.flatMap((middle) => ESCAPE_FINALS.map((final) => `\x1b${middle}${final}`)),
    ];
    for (const other of new Set(others)) {
      const held = await longestHold(() => screen.draw(`x${repeated(other)}\x18`), MOST_HELD_MS);
      expect({ other, held }).toEqual({ other, held: BRIEF });
    }
    terminal.dispose();
  });

  it.each([
    ['marks without end on one letter', `e${'\u0301'.repeat(100_000)}`],
    ['a letter of many marks repeated', `e${'\u0301'.repeat(1_000)}${'\x1b[1000b'.repeat(1_000)}`],
    ['joiners without end', `a${'\u200d'.repeat(50_000)}`],
    ['a title that does not end', `\x1b]0;${'x'.repeat(1_000_000)}`],
    ['a device string that does not end', `\x1bP1$q${'x'.repeat(1_000_000)}`],
    ['parameters without end', `\x1b[${'1;'.repeat(200_000)}m`],
    [
      'a colour for each letter',
      Array.from({ length: 20_000 }, (_, n) => `\x1b[38;2;${n % 256};${(n >> 8) % 256};9mx`).join(''),
    ],
    ['bytes of no text', Array.from({ length: 200_000 }, (_, n) => String.fromCharCode((n * 7919) % 256)).join('')],
  ])('with %s', async (_, printed) => {
    const { terminal, screen } = await pane();
    expect(await longestHold(() => screen.draw(printed), MOST_HELD_MS)).toBeLessThan(MOST_HELD_MS);
    terminal.dispose();
  });
});

describe('what small counts ask for', () => {
  it.each([
    ['lines inserted', 'one\ntwo\x1b[A\x1b[2L', ['', '', 'one', 'two']],
    ['lines deleted', 'one\ntwo\nthree\x1b[2A\r\x1b[2M', ['three', '', '', '']],
    ['the screen scrolled up', 'one\ntwo\x1b[S', ['two', '', '', '']],
    ['the screen scrolled down', 'one\ntwo\x1b[2T', ['', '', 'one', 'two']],
    ['a letter repeated', 'a\x1b[3b\n\x1b[31mé\x1b[2b', ['aaaa', 'ééé', '', '']],
    ['tab stops', '\x1b[2Ix\x1b[Zy', ['                y', '', '', '']],
  ])('is done: %s', async (_, printed, rows) => {
    const terminal = new Terminal({ cols: 40, rows: 4, convertEol: true, allowProposedApi: true });
    boundMarks(terminal);
    const budget = new RepeatBudget();
    quietSequences(terminal.parser, budget);
    await new XtermScreen(terminal, budget).draw(printed);
    expect(rows.map((_row, at) => terminal.buffer.active.getLine(at)?.translateToString(true))).toEqual(rows);
    terminal.dispose();
  });

  it('is done again in every part of a log, however often it was done before', async () => {
    const { terminal, screen } = await pane();
    for (let part = 0; part < 20; part += 1) await screen.draw('\x1b[100T'.repeat(9));
    await screen.draw('\x1b[Hfirst\x1b[1T');
    expect(terminal.buffer.active.getLine(terminal.buffer.active.baseY + 1)?.translateToString(true)).toBe('first');
    terminal.dispose();
  });

  it('keeps the marks that are too many for a letter behind it', async () => {
    const { terminal, screen } = await pane();
    const printed = `e${'\u0301'.repeat(100)}end`;
    await screen.draw(`\x1b[H${printed}`);
    const row = terminal.buffer.active.getLine(terminal.buffer.active.baseY);
    expect(row?.translateToString(true).startsWith(printed)).toBe(true);
    expect(row?.getCell(0)?.getChars().length).toBeLessThan(20);
    terminal.dispose();
  });
});
