import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench-context.ts';
import { median, percentile } from '../measure.ts';
import { output, timed } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';

const PAUSE_MS = 15;
const TRICKLE_SECONDS = 4;
const FLOOD_SECONDS = 2;
/** The follower has opened the file and watches it by then (milliseconds). */
const SETTLE_MS = 400;
const PROGRAMS = join(import.meta.dirname, '..', 'programs');

/** How soon somebody who follows a log has a line. */
export const follow: Group = {
  name: 'follow',
  about: 'worker writes a line, a follower has it',
  measure,
};

type Latencies = { ours: number[][]; tail: number[][] };

async function measure(bench: Bench): Promise<Row[]> {
  const trickle: Latencies = { ours: [], tail: [] };
  const flood: Latencies = { ours: [], tail: [] };
  bench.doing(`a line every ${PAUSE_MS} ms, then a flood, followed by the engine and by tail -F in turn`);
  for (let round = 0; round < bench.rounds; round += 1) {
    trickle.ours.push(await latencies(bench, 'drover', PAUSE_MS, TRICKLE_SECONDS));
    trickle.tail.push(await latencies(bench, 'tail', PAUSE_MS, TRICKLE_SECONDS));
    flood.ours.push(await latencies(bench, 'drover', 0, FLOOD_SECONDS));
    flood.tail.push(await latencies(bench, 'tail', 0, FLOOD_SECONDS));
  }
  return [
    rowOf('follow/trickle-p50', `a line every ${PAUSE_MS} ms until a follower has it: p50`, trickle, 0.5, 5),
    rowOf('follow/trickle-p99', `a line every ${PAUSE_MS} ms until a follower has it: p99`, trickle, 0.99, 5),
    rowOf('follow/flood-p50', 'a line in a flood until a follower has it: p50', flood, 0.5, null),
    rowOf('follow/flood-p99', 'a line in a flood until a follower has it: p99', flood, 0.99, 5),
  ];
}

function rowOf(id: string, title: string, { ours, tail }: Latencies, part: number, target: number | null): Row {
  const each = ours.map((values) => percentile(values, part));
  const reference = tail.map((values) => percentile(values, part));
  const raw = { ours_ms: each, reference_ms: reference, ours_max_ms: ours.map((values) => Math.max(...values)) };
  const row = plainRow(id, title, { unit: 'ms', value: median(each), raw });
  return against(row, { name: 'tail -F', each: reference, rounds: each }, target);
}

/** Lets a program write while another follows. @returns milliseconds, one per piece that came */
async function latencies(bench: Bench, how: 'drover' | 'tail', pauseMs: number, seconds: number): Promise<number[]> {
  const folder = bench.folder('follow');
  const file = join(folder, 'worker.log');
  writeFileSync(file, '');
  const following = output([process.execPath, join(PROGRAMS, 'follower.mjs'), file, how]);
  await sleep(SETTLE_MS);
  await timed([process.execPath, join(PROGRAMS, 'line-writer.mjs'), file, String(pauseMs), String(seconds)]);
  const values = JSON.parse(await following) as number[];
  bench.remove(folder);
  return values;
}
