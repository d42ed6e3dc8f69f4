import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { median, percentile } from '../measure.ts';
import { timed } from '../processes.ts';
import type { Group, Row } from '../row.ts';
import { openWindow } from './open-window.ts';
import { quietRun } from './quiet-run.ts';

const PAUSE_MS = 25;
const SECONDS = 4;
const TARGETS = { p50: 50, p99: 120 } as const;

/** How soon a line that a worker writes is seen. */
export const windowLine: Group = {
  name: 'window-line',
  about: 'a line is written until it is painted in its pane',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const { home, run, log } = quietRun(bench.folder('window-line'));
  const window = await openWindow(bench, home);
  const rounds: number[][] = [];
  try {
    await window.show(`#/run/${run}/1/worker_0`);
    await window.page.locator('.xterm-rows').waitFor();
    await window.page.evaluate('probe.watchLines()');
    bench.doing(`a line every ${PAUSE_MS} ms, watched in a pane`);
    for (let round = 0; round < bench.rounds; round += 1) {
      await window.page.evaluate('probe.delays = []');
      const program = join(import.meta.dirname, '..', 'programs', 'stamped-lines.mjs');
      await timed([process.execPath, program, log(0), String(PAUSE_MS), String(SECONDS)]);
      await window.page.waitForTimeout(300);
      rounds.push(await window.page.evaluate<number[]>('probe.delays'));
    }
  } finally {
    await window.close();
  }
  return [row('p50', 0.5, rounds), row('p99', 0.99, rounds)];
}

function row(name: keyof typeof TARGETS, part: number, rounds: readonly number[][]): Row {
  const each = rounds.map((values) => percentile(values, part));
  const value = median(each);
  return {
    id: `window-line/${name}`,
    title: `a line is written until it is painted in its visible pane: ${name}`,
    unit: 'ms',
    ours: value,
    reference: null,
    value,
    valueUnit: 'ms',
    target: TARGETS[name],
    note: `${median(rounds.map(({ length }) => length))} lines a round`,
    raw: { ms: each },
  };
}
