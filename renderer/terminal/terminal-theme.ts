import type { ITheme } from '@xterm/xterm';

/** The colours of a terminal, taken from the style sheet's tokens so that both themes have one source. */
export function terminalTheme(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--terminal-${name}`).trim();
  return {
    background: token('background'),
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

/** Calls back whenever the page's theme changes, by the system or by choice. @returns ends it */
export function onThemeChange(listener: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  query.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', listener);
  };
}
