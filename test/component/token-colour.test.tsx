import { afterEach, describe, expect, it } from 'vitest';
import { onThemeChange, tokenColour, withTokenColours } from '../../renderer/parts/token-colour.ts';
import { terminalTheme } from '../../renderer/terminal/terminal-theme.ts';

const root = document.documentElement;
const LIGHT = 'rgb(255, 255, 255)';
const DARK = 'rgb(27, 31, 23)';

afterEach(() => {
  delete root.dataset['theme'];
});

describe('a colour of the style sheet', () => {
  it('is that of the theme somebody chose, else that of the system', () => {
    expect(tokenColour('--surface')).toBe(matchMedia('(prefers-color-scheme: dark)').matches ? DARK : LIGHT);
    root.dataset['theme'] = 'dark';
    expect(tokenColour('--surface')).toBe(DARK);
    root.dataset['theme'] = 'light';
    expect(tokenColour('--surface')).toBe(LIGHT);
  });

  it('is known to whoever is told of a change of theme', async () => {
    const told = new Promise<string>((resolve) => {
      const forget = onThemeChange(() => {
        forget();
        resolve(tokenColour('--surface'));
      });
    });
    root.dataset['theme'] = 'dark';
    expect(await told).toBe(DARK);
  });

  it('is one that a terminal can read, with how much of what is below shines through', () => {
    root.dataset['theme'] = 'light';
    const theme = terminalTheme();
    expect(theme).toMatchObject({
      foreground: 'rgb(34, 38, 31)',
      scrollbarSliderBackground: 'rgba(154, 160, 147, 0.4)',
    });
    for (const colour of Object.values(theme)) expect(colour).toMatch(/^#\d{8}$|^rgba?\([\d., ]+\)$/);
  });

  it('leaves nothing on the page when it was read', () => {
    const before = root.childElementCount;
    withTokenColours((colour) => colour('--accent'));
    expect(root.childElementCount).toBe(before);
  });
});
