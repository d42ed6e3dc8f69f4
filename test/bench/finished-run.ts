import { basename } from 'node:path';
import type { Bench } from './bench-context.ts';
import { startRun } from './engine-run.ts';
import { peakUntilEnd } from './processes.ts';
import { smallFiles } from './small-files.ts';

const SLOTS = 4;

export interface FinishedRun {
  /** The data directory. */
  home: string;
  run: string;
  directory: string;
  /** Items, all complete. */
  count: number;
  /** The engine's peak memory in it, MB. */
  peak: number;
  seconds: number;
}

/** A real run of very many items with queue workers that do nothing; run once for all groups. */
export function finishedRun(bench: Bench): Promise<FinishedRun> {
  return bench.once('finished-run', async () => {
    const { folder, count } = await smallFiles(bench);
    bench.doing(`running ${count} items to their end`);
    const home = bench.folder('finished');
    const from = performance.now();
    const parameters = { pause_ms: 0, times: `${home}/times` };
    const run = startRun(bench, { pipeline: 'bench-stamp', input: folder, slots: SLOTS, parameters, home });
    const peak = await peakUntilEnd(run);
    const seconds = (performance.now() - from) / 1000;
    const directory = run.directory();
    return { home, run: basename(directory), directory, count, peak, seconds };
  });
}
