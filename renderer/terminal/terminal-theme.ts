import type { ITheme } from '@xterm/xterm';
import { tokenColour, withTokenColours } from '../parts/token-colour.ts';

/** Returns the colours of a terminal, taken from the style sheet's tokens so that both themes have one source. */
export function terminalTheme(): ITheme {
  return withTokenColours((colour) => {
    const token = (name: string): string => colour(`--terminal-${name}`);
    return {
      background: token('background'),
      overviewRulerBorder: '#00000000',
      foreground: token('text'),
      cursor: token('cursor'),
      selectionBackground: token('selection'),
      scrollbarSliderBackground: token('slider'),
      scrollbarSliderHoverBackground: token('slider-hover'),
      scrollbarSliderActiveBackground: token('cursor'),
      black: token('black'),
      red: token('red'),
      green: token('green'),
      yellow: token('yellow'),
      blue: token('blue'),
      magenta: token('magenta'),
      cyan: token('cyan'),
      white: token('white'),
      brightBlack: token('bright-black'),
      brightRed: token('bright-red'),
      brightGreen: token('bright-green'),
      brightYellow: token('bright-yellow'),
      brightBlue: token('bright-blue'),
      brightMagenta: token('bright-magenta'),
      brightCyan: token('bright-cyan'),
      brightWhite: token('bright-white'),
    };
  });
}

/** Returns the colour of a restart's mark in the scrollbar. */
export function landmarkColour(): string {
  return tokenColour('--terminal-landmark');
}
