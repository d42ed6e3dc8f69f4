import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { emitter, LINE_BYTES } from '../emitter.ts';
import { startRun } from '../engine-run.ts';
import { finishedRun } from '../finished-run.ts';
import { makeFastaTree, makeFiles } from '../inputs.ts';
import { interleaved, median, medianRatio } from '../measure.ts';
import { peakOfEmptyNode, peakUntilEnd, referenceCommand, start } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';
import { smallFiles } from '../small-files.ts';

/** Of a plain Node that walks the same files and keeps what stat says of each. */
const ITEMS_TARGET = 2.3;
const MILLION_TARGET = 1.6;
/** Of an empty Node program. */
const LOGS_TARGET = 3.5;
const MILLION = { items: 1_000_000, warnings: 100_000, workers: 4 };
const QUICK_MILLION = { ...MILLION, items: 20_000, warnings: 2_000 };
const WORKERS = 8;
const SMALL_BYTES = 100e6;
const LARGE_BYTES = 1e9;
const ROUNDS = 3;
/** Memory that differs by less is noise of the garbage collector. */
const GROWTH_TARGET = 1.1;

/** The engine's memory with very many items. */
export const memoryOfItems: Group = {
  name: 'memory-items',
  about: 'engine memory with 100,000 items',
  measure: measureItems,
};

/** The engine's memory with a million items. */
export const memoryOfMillion: Group = {
  name: 'memory-million',
  about: 'engine memory with 1,000,000 items and 100,000 warnings',
  measure: measureMillion,
};

/** The engine's memory with large logs. */
export const memoryOfLogs: Group = {
  name: 'memory-logs',
  about: 'engine memory with 8 workers printing 1 GB in all',
  measure: measureLogs,
};

async function measureItems(bench: Bench): Promise<Row[]> {
  const { count, peak, seconds } = await finishedRun(bench);
  const { folder } = await smallFiles(bench);
  const title = `engine memory, a whole run of ${count} items: peak`;
  const reference = await peakOfWalk(folder);
  return [peakRow('memory-items', title, { peak, seconds, reference, target: ITEMS_TARGET })];
}

/** @returns MB of a plain Node that walks the same files and keeps what stat says of each */
function peakOfWalk(folder: string): Promise<number> {
  return peakUntilEnd(start(referenceCommand('stat-walk', folder)));
}

function peakRow(
  id: string,
  title: string,
  { peak, seconds, reference, target }: { peak: number; seconds: number; reference: number; target: number },
): Row {
  const raw = { peak_mb: [peak], run_seconds: [seconds] };
  const row = plainRow(id, title, { unit: 'MB', value: peak, note: `the run took ${seconds.toFixed(0)} s`, raw });
  return against(row, { name: 'a walk with stat that keeps what it found', each: [reference] }, target);
}

async function measureMillion(bench: Bench): Promise<Row[]> {
  const { items, warnings, workers } = bench.quick ? QUICK_MILLION : MILLION;
  const input = bench.folder('million');
  bench.doing(`making ${items} small files`);
  makeFastaTree(input, items);
  bench.doing(`running ${items} items with ${warnings} warnings`);
  const home = bench.folder('million-home');
  const program = join(import.meta.dirname, '../programs/report-list.sh');
  const from = performance.now();
  const parameters = { program, warnings: warnings / workers };
  const peak = await peakUntilEnd(
    startRun(bench, { pipeline: 'bench-report', input, slots: workers, parameters, home }),
  );
  const seconds = (performance.now() - from) / 1000;
  const reference = await peakOfWalk(input);
  for (const folder of [input, home]) bench.remove(folder);
  const title = `engine memory, a whole run of ${items} items with ${warnings} warnings: peak`;
  return [peakRow('memory-million', title, { peak, seconds, reference, target: MILLION_TARGET })];
}

async function measureLogs(bench: Bench): Promise<Row[]> {
  const program = await emitter(bench);
  const input = bench.folder('printers');
  makeFiles(input, WORKERS);
  bench.doing(`${WORKERS} workers printing 0.1 GB and 1 GB in all, in turn`);
  const peakOf = async (bytes: number): Promise<number> => {
    const home = bench.memoryFolder('memory');
    const lines = bytes / WORKERS / LINE_BYTES;
    const parameters = { program, lines, mode: 'buffered', times: `${home}/times` };
    const peak = await peakUntilEnd(
      startRun(bench, { pipeline: 'bench-emit', input, slots: WORKERS, parameters, home }),
    );
    bench.remove(home);
    return peak;
  };
  const peaks = await interleaved(bench.quick ? 1 : ROUNDS, {
    small: () => peakOf(SMALL_BYTES),
    large: () => peakOf(LARGE_BYTES),
    empty: peakOfEmptyNode,
  });
  const title = `engine memory, ${WORKERS} workers printing 1 GB in all`;
  const raw = { peak_mb_1_gb: peaks.large, peak_mb_100_mb: peaks.small };
  const large = median(peaks.large);
  return [
    against(
      plainRow('memory-logs/peak', `${title}: peak`, { unit: 'MB', value: large, raw }),
      { name: 'an empty Node program', each: peaks.empty },
      LOGS_TARGET,
    ),
    {
      id: 'memory-logs/growth',
      title: `${title}: growth with log size`,
      unit: 'MB',
      ours: large,
      reference: { name: 'the same with 0.1 GB', value: median(peaks.small) },
      value: medianRatio(peaks.large, peaks.small),
      valueUnit: '×',
      target: GROWTH_TARGET,
      note: null,
      raw,
    },
  ];
}
