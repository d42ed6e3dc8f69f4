import { join } from 'node:path';
import type { Page } from 'playwright';
import type { Bench } from '../bench-context.ts';
import { median, percentile } from '../measure.ts';
import { timed } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';
import { openPlainPage, openWindow } from './open-window.ts';
import { quietRun } from './quiet-run.ts';

const PAUSE_MS = 25;
const SECONDS = 4;
/** Of the same line in a plain page. */
const TARGETS = { p50: 5, p99: 3 } as const;

/** How soon a line that a worker writes is seen. */
export const windowLine: Group = {
  name: 'window-line',
  about: 'a line is written until it is painted in its pane',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const { home, run, log } = quietRun(bench.folder('window-line'));
  const window = await openWindow(bench, home);
  const plain = await openPlainPage(log(0));
  const rounds: number[][] = [];
  const plainRounds: number[][] = [];
  try {
    await window.show(`#/run/${run}/1/worker_0`);
    await window.page.locator('.xterm-rows').waitFor();
    await window.page.evaluate('probe.watchLines()');
    await plain.page.evaluate('probe.showLines()');
    await plain.page.evaluate('probe.watchLines()');
    bench.doing(`a line every ${PAUSE_MS} ms, watched in a pane and in a plain page in turn`);
    for (let round = 0; round < bench.rounds; round += 1) {
      rounds.push(await delaysIn(window.page, log(0)));
      plainRounds.push(await delaysIn(plain.page, log(0)));
    }
  } finally {
    await window.close();
    await plain.close();
  }
  return [row('p50', 0.5, rounds, plainRounds), row('p99', 0.99, rounds, plainRounds)];
}

/** @returns milliseconds, one per line */
async function delaysIn(page: Page, log: string): Promise<number[]> {
  await page.bringToFront();
  await page.evaluate('probe.delays = []');
  const program = join(import.meta.dirname, '..', 'programs', 'stamped-lines.mjs');
  await timed([process.execPath, program, log, String(PAUSE_MS), String(SECONDS)]);
  await page.waitForTimeout(300);
  return page.evaluate<number[]>('probe.delays');
}

function row(name: keyof typeof TARGETS, part: number, rounds: readonly number[][], plain: readonly number[][]): Row {
  const each = rounds.map((values) => percentile(values, part));
  const reference = plain.map((values) => percentile(values, part));
  const note = `${median(rounds.map(({ length }) => length))} lines a round`;
  const title = `a line is written until it is painted in its visible pane: ${name}`;
  const ours = plainRow(`window-line/${name}`, title, { unit: 'ms', value: median(each), note, raw: { ms: each } });
  return against(ours, { name: 'in a plain page', each: reference, rounds: each }, TARGETS[name]);
}
