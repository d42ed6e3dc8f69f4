import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { emitter, LINE_BYTES } from '../emitter.ts';
import { startRun } from '../engine-run.ts';
import { finishedRun } from '../finished-run.ts';
import { makeFastaTree, makeFiles } from '../inputs.ts';
import { interleaved, median, medianRatio } from '../measure.ts';
import { peakUntilEnd } from '../processes.ts';
import type { Group, Row } from '../row.ts';

const TARGET_MB = 250;
/** With a million items and a hundred thousand warnings. */
const MILLION_TARGET_MB = 600;
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
  return [
    {
      id: 'memory-items',
      title: `engine memory, a whole run of ${count} items: peak`,
      unit: 'MB',
      ours: peak,
      reference: null,
      value: peak,
      valueUnit: 'MB',
      target: TARGET_MB,
      note: `the run took ${seconds.toFixed(0)} s`,
      raw: { peak_mb: [peak], run_seconds: [seconds] },
    },
  ];
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
  for (const folder of [input, home]) bench.remove(folder);
  return [
    {
      id: 'memory-million',
      title: `engine memory, a whole run of ${items} items with ${warnings} warnings: peak`,
      unit: 'MB',
      ours: peak,
      reference: null,
      value: peak,
      valueUnit: 'MB',
      target: MILLION_TARGET_MB,
      note: `the run took ${seconds.toFixed(0)} s`,
      raw: { peak_mb: [peak], run_seconds: [seconds] },
    },
  ];
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
  });
  const title = `engine memory, ${WORKERS} workers printing 1 GB in all`;
  const raw = { peak_mb_1_gb: peaks.large, peak_mb_100_mb: peaks.small };
  const large = median(peaks.large);
  return [
    {
      id: 'memory-logs/peak',
      title: `${title}: peak`,
      unit: 'MB',
      ours: large,
      reference: null,
      value: large,
      valueUnit: 'MB',
      target: TARGET_MB,
      note: null,
      raw,
    },
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
