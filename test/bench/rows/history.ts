import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Locator, type Page } from 'playwright';
import { findChromium } from '../../helpers/find-chromium.ts';
import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { makeHistory } from '../history-runs.ts';
import { median } from '../measure.ts';
import { end, start, timed } from '../processes.ts';
import { against, type Group, plainRow, type Row, unmeasured } from '../row.ts';

const RUNS = 10_000;
const QUICK_RUNS = 500;
/** A history that fits on the screen: how many runs there are hardly matters. */
const FEW_RUNS = 28;
/** Of the short history. */
const OPEN_TARGET = 1.5;
/** Nothing that is waited for here takes longer, unless something is broken (milliseconds). */
const SHOWN_MS = 120_000;
const LIST_TITLE = `drover runs, ${RUNS} runs`;

/** Very many runs in the history. */
export const history: Group = {
  name: 'history-10000',
  about: 'the history of 10,000 runs in a browser, and drover runs',
  measure: measureHistory,
};

async function measureHistory(bench: Bench): Promise<Row[]> {
  const home = bench.folder('history');
  const few = bench.folder('history-few');
  makeHistory(join(few, 'runs'), FEW_RUNS);
  const runs = bench.quick ? QUICK_RUNS : RUNS;
  bench.doing(`writing the records of ${runs} runs`);
  makeHistory(join(home, 'runs'), runs);
  const rows = [await measureCommand(bench, home), ...(await measurePage(bench, { home, few, runs }))];
  bench.remove(home);
  return rows;
}

async function measureCommand(bench: Bench, home: string): Promise<Row> {
  const env = homeEnvironment(home);
  bench.doing('drover runs: for the first time, then again');
  const first = await timed(droverCommand(bench, 'runs'), { env });
  const again: number[] = [];
  for (let round = 0; round < bench.rounds; round += 1) again.push(await timed(droverCommand(bench, 'runs'), { env }));
  return {
    id: 'history-10000/command',
    title: LIST_TITLE,
    unit: 'ms',
    ours: median(again) * 1000,
    reference: null,
    value: median(again) * 1000,
    valueUnit: 'ms',
    target: null,
    note: `for the first time ${(first * 1000).toFixed(0)} ms`,
    raw: { first_seconds: [first], again_seconds: again },
  };
}

async function measurePage(
  bench: Bench,
  { home, few, runs }: { home: string; few: string; runs: number },
): Promise<Row[]> {
  const executablePath = findChromium();
  const title = `history of ${RUNS} runs in the window`;
  if (executablePath === null)
    return [unmeasured('history-10000/page', title, OPEN_TARGET, 'Chromium is not installed')];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    bench.doing('opening the history in a fresh engine: with what was kept of the list, and without');
    const kept: Opening[] = [];
    const anew: Opening[] = [];
    const short: Opening[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      kept.push(await openHistory(bench, { browser, home, runs }));
      rmSync(join(home, 'cache'), { recursive: true, force: true });
      anew.push(await openHistory(bench, { browser, home, runs }));
      short.push(await openHistory(bench, { browser, home: few, runs: FEW_RUNS }));
    }
    return [rowOf('open', title, kept, short), rowOf('open-anew', `${title}, nothing kept of the list`, anew, short)];
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the page's first byte. */
interface Opening {
  /** Rows are painted. */
  rows: number;
  /** Every run has been told. */
  all: number;
}

async function openHistory(bench: Bench, about: { browser: Browser; home: string; runs: number }): Promise<Opening> {
  const { browser, home, runs } = about;
  const server = start(droverCommand(bench, 'serve', '--no-open', '--json'), {
    env: homeEnvironment(home),
    stdout: 'pipe',
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const url = await firstUrl(server.child.stdout);
    // The token is taken and the files of the page are in the browser's cache, as they are in a window.
    await page.goto(url);
    await page.goto('about:blank');
    await page.goto(`${new URL(url).origin}/#/history`, { waitUntil: 'commit' });
    const told = `${new Intl.NumberFormat('en').format(runs)} runs`;
    const rows = await shownAt(page, page.locator('.history-scroller tbody tr[aria-rowindex]').first());
    const all = await shownAt(page, page.locator('.history-head p').getByText(told, { exact: true }));
    await page.close();
    return { rows, all };
  } finally {
    await end(server);
  }
}

/** When something is visible, in milliseconds since the page's first byte. */
async function shownAt(page: Page, what: Locator): Promise<number> {
  await what.waitFor({ timeout: SHOWN_MS });
  return Number(await page.evaluate('performance.now()'));
}

async function firstUrl(stdout: NodeJS.ReadableStream | null): Promise<string> {
  if (stdout === null) throw new Error('The server has no standard output');
  for await (const line of createInterface(stdout)) return (JSON.parse(line) as { url: string }).url;
  throw new Error('The server ended before it was up');
}

function rowOf(id: string, title: string, openings: readonly Opening[], short: readonly Opening[]): Row {
  const rows = openings.map((one) => one.rows);
  const all = openings.map((one) => one.all);
  const row = plainRow(`history-10000/${id}`, `${title}: rows painted`, {
    unit: 'ms',
    value: median(rows),
    note: `all runs known after ${median(all).toFixed(0)} ms`,
    raw: { rows_ms: rows, all_ms: all },
  });
  const each = short.map((one) => one.rows);
  return against(row, { name: `the same with ${FEW_RUNS} runs`, each, rounds: rows }, OPEN_TARGET);
}
