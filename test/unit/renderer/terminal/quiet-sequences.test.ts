import { Terminal } from '@xterm/xterm';
import { describe, expect, it } from 'vitest';
import { quietSequences } from '../../../../renderer/terminal/quiet-sequences.ts';

async function shown(
  text: string,
): Promise<{ terminal: Terminal; rows: string[]; answers: string[]; titles: string[] }> {
  const terminal = new Terminal({ cols: 40, rows: 5, convertEol: true });
  quietSequences(terminal.parser);
  const answers: string[] = [];
  const titles: string[] = [];
  terminal.onData((data) => answers.push(data));
  terminal.onTitleChange((title) => titles.push(title));
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const rows = Array.from(
    { length: 5 },
    (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '',
  );
  return { terminal, rows, answers, titles };
}

describe('log text in a pane', () => {
  it.each([
    ['a title', '\x1b]0;evil\x07'],
    ['a title, ended by ST', '\x1b]2;evil\x1b\\'],
    ['the clipboard', '\x1b]52;c;aGVsbG8=\x07'],
    ['a link', '\x1b]8;;http://127.0.0.1/\x07'],
    ['the palette', '\x1b]4;1;#000000\x07'],
    ['the other screen', '\x1b[?1049h'],
    ['the old other screen', '\x1b[?47h'],
    ['the mouse', '\x1b[?1000h\x1b[?1006h'],
    ['a full reset', '\x1bc'],
    ['a soft reset', '\x1b[!p'],
    ['the end of the scrollback', '\x1b[3J'],
    ['an empty screen', '\x1b[2J'],
    ['a scroll region', '\x1b[2;3r'],
    ['the line drawing set', '\x1b(0'],
    ['questions', '\x1b[c\x1b[>c\x1b[6n\x1b[?6n\x1b]10;?\x07\x1bP$qm\x1b\\'],
    ['window size', '\x1b[8;1;1t\x1b[14t\x1b[21t'],
    ['no wrapping', '\x1b[?7l'],
    ['tabs without end', '\x1b[2147483647I'],
  ])('does not change %s', async (_, sequence) => {
    const { terminal, rows, answers, titles } = await shown(`before\n${sequence}after`);
    expect(rows.slice(0, 2)).toEqual(['before', 'after']);
    expect({ answers, titles, buffer: terminal.buffer.active.type, mouse: terminal.modes.mouseTrackingMode }).toEqual({
      answers: [],
      titles: [],
      buffer: 'normal',
      mouse: 'none',
    });
    terminal.dispose();
  });

  it('keeps colours, carriage returns and cursor movements', async () => {
    const { terminal, rows } = await shown('\x1b[31mred\x1b[0m\n 10 %\r 90 %\nup\x1b[1A\rdone');
    expect(rows.slice(0, 3)).toEqual(['red', 'done%', 'up']);
    expect(terminal.buffer.active.getLine(0)?.getCell(0)?.getFgColor()).toBe(1);
    terminal.dispose();
  });
});
