import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TerminalDisplay } from '../../../../../electron/cli/progress/terminal-display.ts';
import { ProgressModel } from '../../../../../shared/run/progress-model.ts';
import type { RunEvent } from '../../../../../shared/run/run-events.ts';
import { completes, fails, handsOut, RECORDED_START, stepBegins } from '../../../../helpers/recorded-run.ts';
import { SmallScreen } from '../../../../helpers/small-screen.ts';

/** Longer than the time between two pictures. */
const A_PICTURE_MS = 150;

beforeEach(() => {
  vi.useFakeTimers({ now: RECORDED_START });
});
afterEach(() => {
  vi.useRealTimers();
});

function show(screen: SmallScreen): { display: TerminalDisplay; play: (events: readonly RunEvent[]) => void } {
  const model = new ProgressModel();
  const display = new TerminalDisplay(model, screen, { colour: false, unicode: true });
  const play = (events: readonly RunEvent[]): void => {
    for (const event of events) {
      model.apply(event);
      display.event(event, false);
    }
    vi.advanceTimersByTime(A_PICTURE_MS);
  };
  return { display, play };
}

const BEGINNING = stepBegins({ dispatch: 'queue', workers: 2, costs: [1, 1, 1, 1] });

describe('the display of progress in a terminal', () => {
  it('draws the same lines over again in place', () => {
    const screen = new SmallScreen(80, 24);
    const { display, play } = show(screen);
    play(BEGINNING);
    const before = screen.text.length;
    play([...handsOut(0, 0, [0]), completes(2, 0, 0)]);
    display.close();
    expect(screen.text).toHaveLength(before);
    expect(screen.text[0]).toMatch(/^worker_0 CPU slot 0 .* 1\/4/);
    expect(screen.text[2]).toMatch(/^all: embed .* 1\/4/);
  });

  it('lets messages scroll by above the bars', () => {
    const screen = new SmallScreen(100, 24);
    const { display, play } = show(screen);
    play(BEGINNING);
    play([...handsOut(0, 0, [0]), fails(2, 0, 0, true)]);
    display.problems([{ step: 1, worker: 'worker_1', level: 'warning', text: 'WARNING: odd', count: 1, offset: 0 }]);
    display.note('stopping');
    display.close();
    expect(screen.text.slice(0, 3)).toEqual([
      'error: worker_0 failed file-0.fa (2.1 s) 1/4: exit-code: exit code 3',
      'worker_1 | WARNING: odd',
      'stopping',
    ]);
    expect(screen.text).toHaveLength(6);
  });

  it('cuts every line to the width, so that none wraps', () => {
    const screen = new SmallScreen(40, 24);
    const { display, play } = show(screen);
    play(BEGINNING);
    play(handsOut(0, 0, [0]));
    display.close();
    expect(screen.text).toHaveLength(3);
    expect(Math.max(...screen.text.map((line) => line.length))).toBeLessThan(40);
  });

  it('does not draw more than ten pictures a second', () => {
    const screen = new SmallScreen(80, 24);
    const { display, play } = show(screen);
    play(BEGINNING);
    const before = screen.written.split('all: embed').length;
    for (let times = 0; times < 100; times += 1) {
      display.changed();
      vi.advanceTimersByTime(10);
    }
    display.close();
    // One second: ten pictures, the clock's own and the last one.
    expect(screen.written.split('all: embed').length - before).toBeLessThanOrEqual(12);
  });

  it('says nothing of what happened before one began to look, and counts it', () => {
    const screen = new SmallScreen(80, 24);
    const model = new ProgressModel();
    const display = new TerminalDisplay(model, screen, { colour: false, unicode: true });
    for (const event of [...BEGINNING, ...handsOut(0, 0, [0]), fails(2, 0, 0, true)]) {
      model.apply(event);
      display.event(event, true);
    }
    display.close();
    expect(screen.text).toHaveLength(3);
    expect(screen.text[2]).toMatch(/1\/4.*1 failed$/);
  });

  it('writes nothing after it was closed', () => {
    const screen = new SmallScreen(80, 24);
    const { display, play } = show(screen);
    play(BEGINNING);
    display.changed();
    display.close();
    const { written } = screen;
    vi.advanceTimersByTime(10_000);
    expect(screen.written).toBe(written);
  });
});
