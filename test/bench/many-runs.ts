import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Bench } from './bench-context.ts';
import { startRun } from './engine-run.ts';
import { makeFastaTree } from './inputs.ts';

const ITEMS_PER_RUN = 1_000;
const SLOTS = 8;
/** Ids of copies are one second apart, from this moment on. */
const FIRST_COPY = Date.UTC(2026, 0, 1);
const SECOND_MS = 1_000;

/**
 * A data directory with many finished runs of 1,000 items: one is run, the others are copies of its records under ids of their own.
 * @param count how many runs
 */
export async function manyRuns(bench: Bench, count: number): Promise<{ home: string; items: number }> {
  const home = bench.folder('many-runs');
  const input = bench.folder('thousand-files');
  makeFastaTree(input, ITEMS_PER_RUN);
  bench.doing(`running ${ITEMS_PER_RUN} items once`);
  const parameters = { pause_ms: 0, times: `${home}/times` };
  const run = startRun(bench, { pipeline: 'bench-stamp', input, slots: SLOTS, parameters, home });
  if ((await run.ended) !== 0) throw new Error(`The run failed: ${run.messages()}`);
  bench.doing(`copying its records ${count - 1} times`);
  const original = run.directory();
  for (let copy = 1; copy < count; copy += 1) copyRecords(original, copyId(copy));
  return { home, items: count * ITEMS_PER_RUN };
}

function copyId(copy: number): string {
  const [day = '', time = ''] = new Date(FIRST_COPY + copy * SECOND_MS).toISOString().split('T');
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-000-copy`;
}

/** Everything that is read about a finished run, its id replaced. */
function copyRecords(original: string, id: string): void {
  const directory = join(dirname(original), id);
  mkdirSync(join(directory, 'logs/step_001'), { recursive: true });
  for (const name of ['journal.ndjson', 'metadata.json', 'metrics.json']) {
    const text = readFileSync(join(original, name), 'utf8');
    writeFileSync(join(directory, name), text.replaceAll(basename(original), id));
  }
  cpSync(join(original, 'logs/step_001/metrics.log'), join(directory, 'logs/step_001/metrics.log'));
}
