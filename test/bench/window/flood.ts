import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { Bench } from '../bench-context.ts';
import { percentile } from '../measure.ts';
import { output } from '../processes.ts';
import type { Group, Row } from '../row.ts';
import { type OpenWindow, openWindow } from './open-window.ts';
import { type QuietRun, quietRun } from './quiet-run.ts';

const WORKERS = 8;
const MB_PER_SECOND = 10;
/** Twice this, at this rate, is 5 GB. */
const SECONDS = 32;
const QUICK_SECONDS = 6;
const KEY_EVERY_MS = 200;

/** Whether the window stays usable while all workers print as fast as they can. */
export const windowFlood: Group = {
  name: 'window-flood',
  about: '8 workers that print 10 MB/s each, seen in one pane and in the grid',
  measure,
};

interface Felt {
  longest: number;
  inputs: number[];
}

async function measure(bench: Bench): Promise<Row[]> {
  const seconds = bench.quick ? QUICK_SECONDS : SECONDS;
  const made = quietRun(bench.memoryFolder('window-flood'), { workers: WORKERS });
  const window = await openWindow(bench, made.home);
  try {
    const before = await pageMegabytes(window);
    bench.doing(`${seconds} s of a flood, one pane visible`);
    const pane = await flooded(window, made, 'worker_0', seconds);
    bench.doing(`${seconds} s of a flood, the grid visible`);
    const grid = await flooded(window, made, 'grid', seconds);
    const memory = await pageMegabytes(window);
    const gigabytes = (WORKERS * statSync(made.log(0)).size) / 1e9;
    return [
      ...rowsOf('pane', 'one pane visible', pane),
      ...rowsOf('grid', 'the grid visible', grid),
      row(
        'memory',
        `memory of the page after ${gigabytes.toFixed(1)} GB`,
        'MB',
        memory,
        300,
        `${before.toFixed(0)} MB before`,
      ),
    ];
  } finally {
    await window.close();
    bench.remove(made.home);
  }
}

async function flooded(
  { page, show }: OpenWindow,
  { run, log }: QuietRun,
  tab: string,
  seconds: number,
): Promise<Felt> {
  await show(`#/run/${run}/1/${tab}`);
  await page.locator('.xterm-rows').first().waitFor();
  const files = Array.from({ length: WORKERS }, (_, rank) => log(rank));
  const before = statSync(log(0)).size;
  const program = join(import.meta.dirname, '..', 'programs', 'steady-flood.mjs');
  const flood = output([process.execPath, program, String(MB_PER_SECOND), String(seconds), ...files]);
  await page.evaluate('probe.watch()');
  await typeUntil(page, flood);
  const written = Number(await flood);
  for (const file of files) {
    if (statSync(file).size !== before + written) throw new Error(`${file} has lost what was written`);
  }
  return page.evaluate<Felt>('probe.seen()');
}

/** A key that does nothing, now and then: how long the page takes to answer it is what a person feels. */
async function typeUntil(page: Page, end: Promise<unknown>): Promise<void> {
  let over = false;
  const watch = end.finally(() => {
    over = true;
  });
  while (!over) {
    await page.keyboard.press('Shift');
    await page.waitForTimeout(KEY_EVERY_MS);
  }
  await watch;
}

/** What the page's process holds, after a collection. */
async function pageMegabytes({ browser, page }: OpenWindow): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentMegabytes(id));
  return Math.max(...pages);
}

function residentMegabytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib ?? 0) * 1024) / 1e6;
}

function rowsOf(name: string, title: string, { longest, inputs }: Felt): Row[] {
  const flood = `${WORKERS} workers at ${MB_PER_SECOND} MB/s, ${title}`;
  const slowest = inputs.length === 0 ? 0 : percentile(inputs, 0.99);
  return [
    row(
      `${name}-block`,
      `${flood}: longest block of the main thread`,
      'ms',
      longest,
      100,
      'blocks under 50 ms are not told',
    ),
    row(`${name}-input`, `${flood}: input to paint, p99`, 'ms', slowest, 100, 'paints within 16 ms are not told'),
  ];
}

function row(id: string, title: string, unit: string, value: number, target: number, note: string): Row {
  return {
    id: `window-flood/${id}`,
    title,
    unit,
    ours: value,
    reference: null,
    value,
    valueUnit: unit,
    target,
    note,
    raw: {},
  };
}
