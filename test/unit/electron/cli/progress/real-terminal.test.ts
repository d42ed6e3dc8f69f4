import { Terminal } from '@xterm/headless';
import { expect, it, vi } from 'vitest';
import { TerminalDisplay } from '../../../../../electron/cli/progress/terminal-display.ts';
import { ProgressModel } from '../../../../../shared/run/progress-model.ts';
import type { RunEvent } from '../../../../../shared/run/run-events.ts';
import { completes, handsOut, RECORDED_START, stepBegins } from '../../../../helpers/recorded-run.ts';

/** Longer than the time between two pictures. */
const A_PICTURE_MS = 150;
const WORKERS = 3;
const ROWS = 30;

type Action = { write: string } | { columns: number };

/** Plays a run of a queue whose files have these names, with the terminal resized between its pictures. */
function play(names: readonly string[], sizes: readonly number[]): Action[] {
  vi.useFakeTimers({ now: RECORDED_START });
  try {
    const actions: Action[] = [];
    const screen = { columns: sizes[0] ?? 80, rows: ROWS, write: (text: string) => actions.push({ write: text }) };
    const model = new ProgressModel();
    const display = new TerminalDisplay(model, screen, { colour: true, unicode: true });
    const show = (events: readonly RunEvent[], columns: number): void => {
      for (const event of events) {
        const named =
          event.type === 'items'
            ? { ...event, items: event.items.map((it, at) => ({ ...it, file: `/d/${names[at]}` })) }
            : event;
        model.apply(named);
        display.event(named, false);
      }
      vi.advanceTimersByTime(A_PICTURE_MS);
      screen.columns = columns;
      actions.push({ columns });
    };
    const costs = names.map(() => 1);
    show(stepBegins({ dispatch: 'queue', workers: WORKERS, costs }), sizes[0] ?? 80);
    for (const item of names.keys()) {
      const rank = item % WORKERS;
      show(handsOut(item, rank, [item]), sizes[(2 * item + 1) % sizes.length] ?? 80);
      show([completes(item + 1, rank, item)], sizes[(2 * item + 2) % sizes.length] ?? 80);
    }
    display.close();
    return actions;
  } finally {
    vi.useRealTimers();
  }
}

/** Terminals differ in what they take of a sign of several parts: this one gives each part of an emoji two columns. */
const WIDE_EMOJI = {
  version: 'wide',
  wcwidth: (code: number): 0 | 1 | 2 => {
    if (code === 0x200d || code === 0xfe0f || /^\p{M}$/u.test(String.fromCodePoint(code))) return 0;
    return code >= 0x1f000 || (code >= 0x3000 && code < 0xff61) ? 2 : 1;
  },
  charProperties: (code: number): number => WIDE_EMOJI.wcwidth(code) << 1,
};

/** What stands in a terminal in the end, what has scrolled out of it too. */
async function linesIn(actions: readonly Action[], columns: number, wideEmoji = false): Promise<string[]> {
  const terminal = new Terminal({ cols: columns, rows: ROWS, allowProposedApi: true, convertEol: true });
  terminal.unicode.register(WIDE_EMOJI);
  if (wideEmoji) terminal.unicode.activeVersion = WIDE_EMOJI.version;
  for (const action of actions) {
    if ('columns' in action) terminal.resize(action.columns, ROWS);
    else await new Promise<void>((resolve) => terminal.write(action.write, resolve));
  }
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '');
  terminal.dispose();
  return lines.filter((line) => line !== '');
}

const NINE = Array.from({ length: 9 }, (_, at) => at);
const PLAIN = NINE.map((at) => `genome-of-a-bacterium-with-a-long-name-number-${at}.fasta.gz`);
const KANA = NINE.map((at) => `ゲノム「データ」、ヴァージョン${at}（最終版）がｶﾞ.fa`.repeat(2));
const INDIC = NINE.map((at) => `क्षत्रिय-জীনোম-மரபணு-${at}-ਪੰਜਾਬੀ.fa`.repeat(2));
const EMOJI = NINE.map((at) => `👩‍👩‍👧‍👦🇨🇭❤️🧬${at}👍🏽️⃣.fa`.repeat(3));

/** What of the lines in a terminal is no full bar, and how many are. */
function lookAt(lines: readonly string[]): { bars: number; others: string[] } {
  const isFull = (line: string): boolean => line.includes('█') && !line.includes('░');
  return { bars: lines.filter(isFull).length, others: lines.filter((line) => !isFull(line)) };
}
/** Those of the workers and of the step, alone. */
const BARS_ALONE = { bars: WORKERS + 1, others: [] };

it.each([
  ['plain', PLAIN],
  ['full-width and kana', KANA],
  ['Indic', INDIC],
  ['emoji', EMOJI],
])('the bars leave no line behind in a terminal, and are full in the end: %s names', async (_what, names) => {
  for (const columns of [29, 80, 81, 200])
    expect(lookAt(await linesIn(play(names, [columns]), columns))).toEqual(BARS_ALONE);
});

it.each([
  ['plain', PLAIN],
  ['full-width and kana', KANA],
  ['Indic', INDIC],
])('the bars leave no line behind in a terminal that is made narrower and wider: %s names', async (_what, names) => {
  for (let narrow = 24; narrow < 60; narrow += 5) {
    const sizes = [100, narrow, 101, narrow + 1, 120, narrow + 2];
    expect(lookAt(await linesIn(play(names, sizes), 100))).toEqual(BARS_ALONE);
  }
});

it('the bars leave no line behind in a terminal that takes more columns for a sign than others do', async () => {
  for (const columns of [60, 80, 200])
    expect(lookAt(await linesIn(play(EMOJI, [columns]), columns, true))).toEqual(BARS_ALONE);
});
