import type { Page } from 'playwright';
import type { Bench } from '../bench-context.ts';
import { percentile } from '../measure.ts';
import { against, type Group, type Reference, type Row, timesRow } from '../row.ts';
import { openPlainPage, openWindow } from './open-window.ts';
import { quietRun } from './quiet-run.ts';

const ITEMS = 100_000;
/** Of plain objects that are filtered and sorted, and the first of them painted. */
const CHANGE_TARGET = 4;
/** Of a plain page that shows 40 other lines in each frame. */
const FRAME_TARGET = 1.1;
const FRAMES = 180;

const FIELD = `document.querySelector('.items-filter input')`;
const column = (name: string): string => `document.querySelector('.items-scroller th.${name} button')`;

/** Whether the table of items answers at once, however many there are. */
export const windowItems: Group = { name: 'window-items', about: `filter, sort and scroll ${ITEMS} items`, measure };

async function measure(bench: Bench): Promise<Row[]> {
  const { home, run } = quietRun(bench.folder('window-items'), { items: ITEMS, workers: 8, failEvery: 50 });
  const plain = await measurePlain(bench);
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
      against(row('filter', 'filter until painted', filtered), plainObjects(plain.filtered), CHANGE_TARGET),
      against(row('sort', 'sort until painted, slowest column', sorted), plainObjects(plain.sorted), CHANGE_TARGET),
      against(
        { ...row('scroll', 'time between frames while scrolling, p95', gaps), ...framesOf(gaps) },
        { name: '40 other lines of plain text a frame', each: [percentile(plain.gaps, 0.95)] },
        FRAME_TARGET,
      ),
    ];
  } finally {
    await window.close();
  }
}

interface Plain {
  /** Milliseconds, one per round. */
  filtered: number[];
  sorted: number[];
  /** Milliseconds between frames. */
  gaps: number[];
}

/** What the same browser takes for as much without a table. */
async function measurePlain(bench: Bench): Promise<Plain> {
  const { page, close } = await openPlainPage();
  bench.doing(`filtering, sorting and scrolling ${ITEMS} objects of a plain page`);
  try {
    await page.evaluate(`probe.makePlain(${ITEMS})`);
    const filtered = await repeated(bench, page, [`probe.plainFiltered('00${'{n}'}')`]);
    const sorted = await repeated(bench, page, [`probe.plainSorted()`]);
    const gaps = await page.evaluate<number[]>(`probe.plainScrolled(${FRAMES})`);
    return { filtered, sorted, gaps };
  } finally {
    await close();
  }
}

function plainObjects(each: readonly number[]): Reference {
  return { name: 'as many plain objects', each };
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

function row(id: string, title: string, all: readonly number[]): Row {
  return timesRow(`window-items/${id}`, `${ITEMS} items: ${title}`, { unit: 'ms', all });
}
