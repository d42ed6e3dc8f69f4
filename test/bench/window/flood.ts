import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { Bench } from '../bench-context.ts';
import { median, percentile } from '../measure.ts';
import { output } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';
import { type OpenWindow, openPlainPage, openWindow } from './open-window.ts';
import { type QuietRun, quietRun } from './quiet-run.ts';

const WORKERS = 8;
const MB_PER_SECOND = 10;
/** Twice this, at this rate, is 5 GB. */
const SECONDS = 32;
const QUICK_SECONDS = 6;
/** The plain page is flooded for a shorter time: it does not read what is written. */
const PLAIN_SECONDS = 10;
const KEY_EVERY_MS = 200;
/** The browser tells of no block and no paint that takes less (milliseconds). */
const UNTOLD_BLOCK_MS = 50;
const UNTOLD_PAINT_MS = 16;
/** Of the same browser laying out and painting plain text, of the same key in a plain page in the same flood, and of a plain page. */
const BLOCK_TARGET = 1;
const INPUT_TARGET = 5;
const MEMORY_TARGET = 2.5;

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
  const plain = await measurePlain(bench);
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
      ...rowsOf('pane', 'one pane visible', pane, plain),
      ...rowsOf('grid', 'the grid visible', grid, plain),
      against(
        plainRow('window-flood/memory', `memory of the page after ${gigabytes.toFixed(1)} GB`, {
          unit: 'MB',
          value: memory,
          note: `${before.toFixed(0)} MB before`,
          raw: {},
        }),
        { name: 'a plain page', each: [plain.memory] },
        MEMORY_TARGET,
      ),
    ];
  } finally {
    await window.close();
    bench.remove(made.home);
  }
}

/** What the same browser does with a page that shows nothing of the flood. */
interface Plain {
  /** Milliseconds for laying out and painting plain text. */
  layout: number;
  /** p99 of a key until its paint, milliseconds. */
  input: number;
  /** MB of the page. */
  memory: number;
}

async function measurePlain(bench: Bench): Promise<Plain> {
  const folder = bench.memoryFolder('plain-flood');
  const files = Array.from({ length: WORKERS }, (_, rank) => join(folder, `${rank}.log`));
  const window = await openPlainPage();
  try {
    const memory = await pageMegabytes(window);
    bench.doing('a flood that a plain page does not show');
    await window.page.evaluate('probe.watch()');
    await typeUntil(window.page, flood(bench.quick ? QUICK_SECONDS : PLAIN_SECONDS, files));
    const { inputs } = await window.page.evaluate<Felt>('probe.seen()');
    const layouts: number[] = [];
    for (let round = 0; round < bench.rounds; round += 1)
      layouts.push(await window.page.evaluate<number>('probe.laidOut()'));
    return { layout: median(layouts), input: slowestOf(inputs), memory };
  } finally {
    await window.close();
    bench.remove(folder);
  }
}

/** @returns the bytes that each file was given */
async function flood(seconds: number, files: readonly string[]): Promise<number> {
  const program = join(import.meta.dirname, '..', 'programs', 'steady-flood.mjs');
  return Number(await output([process.execPath, program, String(MB_PER_SECOND), String(seconds), ...files]));
}

function slowestOf(inputs: readonly number[]): number {
  return inputs.length === 0 ? 0 : percentile(inputs, 0.99);
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
  const flooding = flood(seconds, files);
  await page.evaluate('probe.watch()');
  await typeUntil(page, flooding);
  const written = await flooding;
  for (const file of files)
    if (statSync(file).size !== before + written) throw new Error(`${file} has lost what was written`);
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
async function pageMegabytes({ browser, page }: Pick<OpenWindow, 'browser' | 'page'>): Promise<number> {
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

function rowsOf(name: string, title: string, { longest, inputs }: Felt, plain: Plain): Row[] {
  const flood = `${WORKERS} workers at ${MB_PER_SECOND} MB/s, ${title}`;
  const slowest = slowestOf(inputs);
  const block = plainRow(`window-flood/${name}-block`, `${flood}: longest block of the main thread`, {
    unit: 'ms',
    value: longest,
    note: `blocks under ${UNTOLD_BLOCK_MS} ms are not told, and count as that in the ratio`,
    raw: {},
  });
  const input = plainRow(`window-flood/${name}-input`, `${flood}: input to paint, p99`, {
    unit: 'ms',
    value: slowest,
    note: `paints within ${UNTOLD_PAINT_MS} ms are not told, and count as that in the ratio`,
    raw: {},
  });
  return [
    {
      ...against(block, { name: 'plain text laid out and painted', each: [plain.layout] }, BLOCK_TARGET),
      ratio: Math.max(longest, UNTOLD_BLOCK_MS) / plain.layout,
    },
    {
      ...against(input, { name: 'in a plain page', each: [plain.input] }, INPUT_TARGET),
      ratio: Math.max(slowest, UNTOLD_PAINT_MS) / Math.max(plain.input, UNTOLD_PAINT_MS),
    },
  ];
}
