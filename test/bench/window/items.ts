import type { Page } from 'playwright';
import type { Bench } from '../bench-context.ts';
import { percentile } from '../measure.ts';
import { type Group, type Row, timesRow } from '../row.ts';
import { openWindow } from './open-window.ts';
import { quietRun } from './quiet-run.ts';

const ITEMS = 100_000;
const CHANGE_TARGET_MS = 150;
/** A frame of 60 a second, and what a clock that ticks in whole milliseconds adds. */
const FRAME_TARGET_MS = 17.7;
const FRAMES = 180;

const FIELD = `document.querySelector('.items-filter input')`;
const column = (name: string): string => `document.querySelector('.items-scroller th.${name} button')`;

/** Whether the table of items answers at once, however many there are. */
export const windowItems: Group = { name: 'window-items', about: `filter, sort and scroll ${ITEMS} items`, measure };

async function measure(bench: Bench): Promise<Row[]> {
  const { home, run } = quietRun(bench.folder('window-items'), { items: ITEMS, workers: 8, failEvery: 50 });
  const window = await openWindow(bench, home);
  try {
    const { page } = window;
    bench.doing(`opening a run of ${ITEMS} items`);
    await window.show(`#/run/${run}/1/items`);
    await page.locator('.items-scroller tbody tr').nth(5).waitFor({ timeout: 60_000 });
    bench.doing('filtering, sorting and scrolling');
    const filtered = await repeated(bench, page, [`probe.typed(${FIELD}, '00${'{n}'}')`, `probe.typed(${FIELD}, '')`]);
    const sorted = await repeated(
      bench,
      page,
      ['file', 'status', 'seconds', 'size', 'item'].map((name) => `probe.clicked(${column(name)})`),
    );
    const gaps = await page.evaluate<number[]>(`probe.scrolled(document.querySelector('.items-scroller'), ${FRAMES})`);
    return [
      row('filter', 'filter until painted', CHANGE_TARGET_MS, filtered),
      row('sort', 'sort until painted, slowest column', CHANGE_TARGET_MS, sorted),
      {
        ...row('scroll', 'time between frames while scrolling, p95', FRAME_TARGET_MS, gaps),
        ...framesOf(gaps),
      },
    ];
  } finally {
    await window.close();
  }
}

/** @returns the slowest of each round, milliseconds */
async function repeated(bench: Bench, page: Page, actions: readonly string[]): Promise<number[]> {
  const rounds: number[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    const times: number[] = [];
    for (const action of actions) times.push(await page.evaluate<number>(action.replace('{n}', String(round))));
    rounds.push(Math.max(...times));
  }
  return rounds;
}

function framesOf(gaps: readonly number[]): Pick<Row, 'ours' | 'value' | 'note'> {
  const value = percentile(gaps, 0.95);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return { ours: value, value, note: `${(1000 / mean).toFixed(0)} frames a second in the mean` };
}

function row(id: string, title: string, target: number, all: readonly number[]): Row {
  return timesRow(`window-items/${id}`, `${ITEMS} items: ${title}`, { unit: 'ms', all, target });
}
