import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Bench } from '../bench-context.ts';
import { against, type Group, type Reference, type Row, timesRow } from '../row.ts';
import { openWindow } from './open-window.ts';
import { quietRun } from './quiet-run.ts';

const LOG_BYTES = 5e9;
const QUICK_LOG_BYTES = 1e9;
/** Real lines stand at the end and around what is looked for; between them the file has holes that read as zeros. */
const WRITTEN_BYTES = 2e6;
const LINE_BYTES = 100;
const NEEDLE = 'CUDA_ERROR_MISALIGNED_ADDRESS';
/** So small a log is read at once. */
const SMALL_LOG_BYTES = 10e6;
/** Of the same with the small log: the size of a log does not matter. */
const TARGET = 1.5;

/** Whether the size of a log matters to who opens it. */
export const windowBigLog: Group = {
  name: 'window-big-log',
  about: 'open and search a log of 5 GB in a pane',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const bytes = bench.quick ? QUICK_LOG_BYTES : LOG_BYTES;
  const small = await measureLog(bench, SMALL_LOG_BYTES);
  const large = await measureLog(bench, bytes);
  const reference = (each: readonly number[]): Reference => ({ name: `of ${SMALL_LOG_BYTES / 1e6} MB`, each });
  const note = `the search itself took ${large.searched.toFixed(1)} s`;
  return [
    against(
      timesRow('window-big-log/open', `open the tab of a ${bytes / 1e9} GB log at its end`, {
        unit: 'ms',
        all: large.opened,
        note,
      }),
      reference(small.opened),
      TARGET,
    ),
    against(
      timesRow('window-big-log/jump', 'jump to a search hit in it, once it is known', {
        unit: 'ms',
        all: large.jumped,
      }),
      reference(small.jumped),
      TARGET,
    ),
  ];
}

interface Opened {
  /** Milliseconds. */
  opened: number[];
  jumped: number[];
  /** Seconds. */
  searched: number;
}

async function measureLog(bench: Bench, bytes: number): Promise<Opened> {
  const { home, run, log } = quietRun(bench.folder('window-big-log'));
  writeSparseLog(log(0), bytes);
  const window = await openWindow(bench, home);
  const opened: number[] = [];
  const jumped: number[] = [];
  try {
    const { page } = window;
    bench.doing(`opening a log of ${bytes / 1e9} GB at its end`);
    for (let round = 0; round < bench.rounds * 2; round += 1) {
      await window.show(`#/run/${run}/1/summary`);
      await page.getByRole('tab', { name: 'Summary', selected: true }).waitFor();
      opened.push(
        await page.evaluate<number>(`probe.clickUntilShown(document.querySelector('#tab-worker_0'), 'the very end')`),
      );
    }
    bench.doing('searching it, then jumping to the hit');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByLabel('Text to find').fill(NEEDLE);
    const from = performance.now();
    await page.getByRole('button', { name: 'Search whole file' }).click();
    await page.locator('.pane-hits button').first().waitFor({ timeout: 120_000 });
    const searched = (performance.now() - from) / 1000;
    for (let round = 0; round < bench.rounds * 2; round += 1) {
      await page.evaluate(
        `probe.until(() => document.querySelector('.newest')?.click(), () => probe.rows().includes('the very end'))`,
      );
      jumped.push(
        await page.evaluate<number>(`probe.clickUntilShown(document.querySelector('.pane-hits button'), '${NEEDLE}')`),
      );
    }
    return { opened, jumped, searched };
  } finally {
    await window.close();
  }
}

function writeSparseLog(path: string, bytes: number): void {
  const file = openSync(path, 'r+');
  const line = (index: number): string => `batch ${index}, loss 0.12345`.padEnd(LINE_BYTES - 1, '.').concat('\n');
  const lines = Array.from({ length: WRITTEN_BYTES / LINE_BYTES }, (_, index) => line(index));
  ftruncateSync(file, bytes);
  const middle = lines.with(lines.length >> 1, `saw ${NEEDLE} there\n`).join('');
  writeSync(file, `\n${middle}`, bytes / 2);
  writeSync(file, `\n${lines.join('')}the very end\n`, bytes - WRITTEN_BYTES);
  closeSync(file);
}
