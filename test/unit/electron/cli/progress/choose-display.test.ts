import { describe, expect, it } from 'vitest';
import { chooseDisplay, type DisplayRequest } from '../../../../../electron/cli/progress/choose-display.ts';
import { JsonDisplay } from '../../../../../electron/cli/progress/json-display.ts';
import { PlainDisplay } from '../../../../../electron/cli/progress/plain-display.ts';
import type { ProgressDisplay } from '../../../../../electron/cli/progress/progress-display.ts';
import { TerminalDisplay } from '../../../../../electron/cli/progress/terminal-display.ts';
import { ProgressModel } from '../../../../../shared/run/progress-model.ts';
import { completes, handsOut, stepBegins } from '../../../../helpers/recorded-run.ts';
import { SmallScreen } from '../../../../helpers/small-screen.ts';

interface Chosen {
  display: ProgressDisplay;
  screen: SmallScreen;
  printed: string[];
}

function choose(given: Partial<DisplayRequest>, isTTY = true): Chosen {
  const screen = Object.assign(new SmallScreen(80, 24), { isTTY });
  const printed: string[] = [];
  const model = new ProgressModel();
  const display = chooseDisplay(model, {
    json: false,
    plain: false,
    withPast: false,
    env: {},
    print: (line) => printed.push(line),
    report: () => undefined,
    terminal: screen,
    ...given,
  });
  for (const event of [...stepBegins({ dispatch: 'queue', workers: 1, costs: [1] }), ...handsOut(0, 0, [0])]) {
    model.apply(event);
    display.event(event, true);
  }
  const event = completes(2, 0, 0);
  model.apply(event);
  display.event(event, false);
  display.close();
  return { display, screen, printed };
}

describe('the display of progress', () => {
  it('is bars in a terminal, plain lines elsewhere and where they are asked for', () => {
    expect(choose({}).display).toBeInstanceOf(TerminalDisplay);
    expect(choose({}, false).display).toBeInstanceOf(PlainDisplay);
    expect(choose({ plain: true }).display).toBeInstanceOf(PlainDisplay);
    expect(choose({ env: { TERM: 'dumb' } }).display).toBeInstanceOf(PlainDisplay);
  });

  it('has no colours where NO_COLOR is set, and no blocks where the locale has none', () => {
    expect(choose({}).screen.written).toContain('\u001b[32m█');
    expect(choose({ env: { NO_COLOR: '1' } }).screen.written).not.toContain('\u001b[32m');
    expect(choose({ env: { LANG: 'C' } }).screen.text[0]).toContain('####');
  });

  it('is the journal in JSON lines where that is asked for: from now on, or from the beginning', () => {
    const { display, printed } = choose({ json: true });
    expect(display).toBeInstanceOf(JsonDisplay);
    expect(printed.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['item-complete']);
    const all = choose({ json: true, withPast: true }).printed.map(
      (line) => (JSON.parse(line) as { event: string }).event,
    );
    expect(all.slice(0, 2)).toEqual(['run-created', 'owner-taken']);
    expect(JSON.parse(printed[0] ?? '')).not.toHaveProperty('type');
  });
});
