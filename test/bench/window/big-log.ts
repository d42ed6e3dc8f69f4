import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Bench } from '../bench-context.ts';
import { type Group, type Row, timesRow } from '../row.ts';
import { openWindow } from './open-window.ts';
import { quietRun } from './quiet-run.ts';

const LOG_BYTES = 5e9;
const QUICK_LOG_BYTES = 1e9;
/** Real lines stand at the end and around what is looked for; between them the file has holes that read as zeros. */
const WRITTEN_BYTES = 2e6;
const LINE_BYTES = 100;
const NEEDLE = 'CUDA_ERROR_MISALIGNED_ADDRESS';
const TARGET_MS = 300;

/** Whether the size of a log matters to who opens it. */
export const windowBigLog: Group = {
  name: 'window-big-log',
  about: 'open and search a log of 5 GB in a pane',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const bytes = bench.quick ? QUICK_LOG_BYTES : LOG_BYTES;
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
    return [
      row(
        'open',
        `open the tab of a ${bytes / 1e9} GB log at its end`,
        opened,
        `the search itself took ${searched.toFixed(1)} s`,
      ),
      row('jump', 'jump to a search hit in it, once it is known', jumped),
    ];
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

function row(id: string, title: string, all: readonly number[], note?: string): Row {
  const times = { unit: 'ms', all, target: TARGET_MS } as const;
  return timesRow(`window-big-log/${id}`, title, note === undefined ? times : { ...times, note });
}
