import type { ITheme } from '@xterm/xterm';

/** The colours of a terminal, taken from the style sheet's tokens so that both themes have one source. */
export function terminalTheme(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--terminal-${name}`).trim();
  return {
    background: token('background'),
    overviewRulerBorder: '#00000000',
    foreground: token('text'),
    cursor: token('cursor'),
    selectionBackground: token('selection'),
    scrollbarSliderBackground: `${token('cursor')}66`,
    scrollbarSliderHoverBackground: `${token('cursor')}aa`,
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
}

/** The colour of a restart's mark in the scrollbar. */
export function landmarkColour(element: Element): string {
  return getComputedStyle(element).getPropertyValue('--terminal-landmark').trim();
}
