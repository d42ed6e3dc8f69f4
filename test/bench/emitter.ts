import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench-context.ts';
import { start, timed } from './processes.ts';

/** What every line of an emitter is long. */
export const LINE_BYTES = 100;
/** Every so many lines one is a warning, and one in between says how many tokens were used; as in the programs. */
const LINES_PER_WARNING = 100_000;
const LINES_PER_USE = 50_000;
const TOKENS_PER_USE = 1_000;

export type EmitMode = 'buffered' | 'lines';

export interface EmitLoad {
  program: string;
  workers: number;
  mode: EmitMode;
  /** Per worker. */
  lines: number;
}

/** The program that prints: C where there is a compiler, else Node. */
export function emitter(bench: Bench): Promise<string> {
  return bench.once('emitter', async () => {
    const path = join(bench.folder('emitter'), 'emit');
    const source = join(import.meta.dirname, 'programs');
    const cc = bench.find('cc');
    if (cc !== null) {
      await timed([cc, '-O2', '-o', path, join(source, 'emit.c')]);
      return path;
    }
    writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${join(source, 'emit.mjs')}' "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  });
}

/** Runs the emitters at once with `sh -c 'cmd > file 2>&1'`. @returns seconds from the first start to the last end, by their own clocks */
export async function redirect(bench: Bench, load: EmitLoad): Promise<number> {
  const folder = bench.memoryFolder('redirect');
  const times = join(folder, 'times');
  const programs = Array.from({ length: load.workers }, (_, rank) => {
    const command = `'${load.program}' ${load.lines} ${load.mode} '${times}' > '${folder}/${rank}.log' 2>&1`;
    return start(['sh', '-c', command]);
  });
  await Promise.all(programs.map(({ ended }) => ended));
  for (let rank = 0; rank < load.workers; rank += 1) {
    const { size } = statSync(join(folder, `${rank}.log`));
    if (size !== load.lines * LINE_BYTES) throw new Error(`The redirect's file ${rank} has ${size} bytes`);
  }
  const { seconds } = spanOf(times, load.workers);
  bench.remove(folder);
  return seconds;
}

/** The input tokens that an emitter says it used, in lines between the others. */
export function printedTokens(lines: number): number {
  return TOKENS_PER_USE * (Math.floor(lines / LINES_PER_USE) - Math.floor(lines / LINES_PER_WARNING));
}

/** From the first start to the last end, as the emitters noted them (seconds), and that end as a time of day (seconds since 1970). */
export function spanOf(times: string, workers: number): { seconds: number; end: number } {
  const lines = existsSync(times) ? readFileSync(times, 'utf8').trim().split('\n') : [];
  if (lines.length !== workers) throw new Error(`${lines.length} of ${workers} emitters noted their times`);
  const spans = lines.map((line) => line.split(' ').map(Number));
  const seconds = Math.max(...spans.map(([, end = 0]) => end)) - Math.min(...spans.map(([begin = 0]) => begin));
  return { seconds, end: Math.max(...spans.map(([, , end = 0]) => end)) };
}
