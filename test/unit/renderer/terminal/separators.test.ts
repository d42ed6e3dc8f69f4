import { Terminal } from '@xterm/xterm';
import { describe, expect, it } from 'vitest';
import { LogDrawer } from '../../../../renderer/terminal/log-drawer.ts';
import { separatorStarts } from '../../../../renderer/terminal/separators.ts';
import { XtermScreen } from '../../../../renderer/terminal/xterm-screen.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const RESUME = '=== Resume at 2026-11-21T05:15:00.000Z ===\n';
const RESTART = '=== Restart 2 at 2026-11-21T05:16:00.000Z (signal) ===\n';

describe('the separators in a worker’s log', () => {
  it.each([
    ['none', 'a\nb\n', []],
    ['at the start', `${RESUME}a\n`, [0]],
    ['between lines', `a\n${RESTART}b\n${RESUME}`, [2, 4 + RESTART.length]],
    ['not within a line', `a ${RESUME}`, []],
    ['not what only looks alike', '=== Results ===\n==== Resume at\n', []],
    ['cut off', 'a\n=== Resume a', []],
  ])('%s', (_, text, starts) => {
    expect(separatorStarts(bytes(text))).toEqual(starts);
  });

  it('become marks at their rows, which go with the lines', async () => {
    const terminal = new Terminal({ cols: 80, rows: 5, scrollback: 20, convertEol: true, allowProposedApi: true });
    const screen = new XtermScreen(terminal);
    const drawer = new LogDrawer(screen, undefined);
    await drawer.draw(bytes(`a\nb\n${RESTART}c\n${RESUME}`), 0);
    expect(screen.landmarkCount).toBe(2);
    await drawer.draw(bytes('more\n'.repeat(40)), 100);
    expect(screen.landmarkCount).toBe(0);
    await drawer.draw(bytes(RESUME), 400);
    screen.clear();
    await drawer.draw(bytes('x'), 500);
    expect(screen.landmarkCount).toBe(0);
    terminal.dispose();
  });
});
