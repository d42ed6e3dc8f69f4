import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench-context.ts';
import { startRun } from '../engine-run.ts';
import { makeFastaTree } from '../inputs.ts';
import { median, percentile } from '../measure.ts';
import { referenceCommand, timed } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';
import { smallFiles } from '../small-files.ts';

const FEW = 1_000;
const SLOTS = 4;
/** How long a worker takes for an item: long enough that four of them do not keep the machine busy (milliseconds). */
const ITEM_MS = 10;
const SAMPLES = 2_000;
const ROUNDS = 3;
/** Of a bare round trip: the engine also judges, journals and plans between report and item. */
const TARGET = 12;
const LOOK_MS = 100;
const NANOSECONDS_PER_MS = 1e6;

/** How long a free queue worker waits for its next item. */
export const dispatchLatency: Group = {
  name: 'dispatch',
  about: 'dispatch of a queue item: completion reported, next item on the worker’s input',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const rounds = bench.quick ? 1 : ROUNDS;
  const many = await smallFiles(bench);
  const few = bench.folder('thousand');
  makeFastaTree(few, FEW);
  const latencies = { few: [] as number[][], many: [] as number[][], bare: [] as number[][] };
  for (let round = 1; round <= rounds; round += 1) {
    bench.doing(`round ${round} of ${rounds}: ${FEW} items pending`);
    latencies.few.push(await sample(bench, few, FEW));
    bench.doing(`round ${round} of ${rounds}: ${many.count} items pending`);
    latencies.many.push(await sample(bench, many.folder, SAMPLES));
    bench.doing(`round ${round} of ${rounds}: a bare round trip`);
    latencies.bare.push(await bareRoundTrips(bench));
  }
  const { bare } = latencies;
  return [rowOf('few', FEW, latencies.few, bare), rowOf('many', many.count, latencies.many, bare)];
}

function rowOf(id: string, pending: number, rounds: readonly number[][], bare: readonly number[][]): Row {
  const p99 = rounds.map((values) => percentile(values, 0.99));
  const p50 = rounds.map((values) => percentile(values, 0.5));
  const row = plainRow(`dispatch/${id}`, `dispatch of a queue item, ${pending} pending: p99`, {
    unit: 'ms',
    value: median(p99),
    note: `p50 ${median(p50).toFixed(2)} ms; ${rounds.flat().length} dispatches, ${SLOTS} workers, ${ITEM_MS} ms per item`,
    raw: { p99_ms: p99, p50_ms: p50, max_ms: rounds.map((values) => Math.max(...values)) },
  });
  const each = bare.map((values) => percentile(values, 0.99));
  return against(row, { name: 'a bare round trip over FIFOs', each, rounds: p99 }, TARGET);
}

/** The same workers, whose reports a program answers that does nothing else. @returns milliseconds, one per item */
async function bareRoundTrips(bench: Bench): Promise<number[]> {
  const folder = bench.folder('bare');
  await timed(referenceCommand('fifo-relay', folder, String(SLOTS), String(ITEM_MS), String(SAMPLES)));
  const latencies = readLatencies(folder);
  bench.remove(folder);
  return latencies;
}

/** Runs queue workers that note times until there are enough, then stops the run. @returns milliseconds, one per dispatch */
async function sample(bench: Bench, input: string, wanted: number): Promise<number[]> {
  const home = bench.folder('dispatch');
  const parameters = { pause_ms: ITEM_MS, times: join(home, 'times') };
  const run = startRun(bench, { pipeline: 'bench-stamp', input, slots: SLOTS, parameters, home });
  let over = false;
  const ended = run.ended.finally(() => {
    over = true;
  });
  let latencies: number[] = [];
  while (!over && latencies.length < wanted) {
    await sleep(LOOK_MS);
    latencies = readLatencies(home);
  }
  await run.stop();
  await ended;
  latencies = readLatencies(home);
  if (latencies.length < wanted / 2) throw new Error(`only ${latencies.length} dispatches: ${run.messages()}`);
  bench.remove(home);
  return latencies;
}

function readLatencies(home: string): number[] {
  const files = readdirSync(home).filter((name) => name.startsWith('times.'));
  return files.flatMap((name) => {
    const lines = readFileSync(join(home, name), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const [reported = '0', received = '0'] = line.split(' ');
      return Number(BigInt(received) - BigInt(reported)) / NANOSECONDS_PER_MS;
    });
  });
}
