import { describe, expect, it } from 'vitest';
import { stripTerminalControls } from '../../../../../electron/engine/logs/strip-terminal-controls.ts';

describe('stripTerminalControls', () => {
  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['cursor moves and clearing', 'a\u001b[2K\u001b[1Gb\u001b[?25l', 'ab'],
    ['a window title', 'a\u001b]0;title\u0007b', 'ab'],
    ['a clipboard write ended by ST', 'a\u001b]52;c;ZXZpbA==\u001b\\b', 'ab'],
    ['a string that never ends, up to the end of its line', 'a\u001b]52;c;ZXZpbA==\nnext', 'a\nnext'],
    ['device control', 'a\u001bP1$r0m\u001b\\b', 'ab'],
    ['eight-bit introducers', 'a\u009b31mb\u009d0;t\u0007c', 'abc'],
    ['character sets and short escapes', 'a\u001b(Bb\u001bcd\u001b7', 'abd'],
    ['bell, backspace and delete', 'a\u0007b\u0008\u007f', 'ab'],
    ['a lone escape at the end', 'a\u001b', 'a'],
  ])('takes out %s', (_name, text, expected) => {
    expect(stripTerminalControls(text)).toBe(expected);
  });

  it('leaves tab, newline, carriage return and text of any script', () => {
    expect(stripTerminalControls('a\tb\r\nü€😀\u00a0[31m')).toBe('a\tb\r\nü€😀\u00a0[31m');
  });

  it('leaves colours, and nothing else, when asked', () => {
    const text = '\u001b[1;31mred\u001b[0m\u001b[2J\u001b]0;t\u0007';
    expect(stripTerminalControls(text, { keepColours: true })).toBe('\u001b[1;31mred\u001b[0m');
  });
});
