import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workerLog } from '../../../electron/engine/run-directory/paths.ts';
import { type MadeRunOptions, makeRun } from '../../helpers/make-run.ts';

/** A run in a data directory that nobody works on: what its logs hold is up to the bench. */
export interface QuietRun {
  home: string;
  run: string;
  /** The log of a worker; empty at first. */
  log: (rank: number) => string;
}

/** Makes a run without starting anything. */
export function quietRun(home: string, options: Partial<MadeRunOptions> = {}): QuietRun {
  const run = '20261121-051500-123-k3f9';
  const directory = makeRun(join(home, 'runs'), { run, ...options });
  const log = (rank: number): string => workerLog(directory, 1, rank);
  for (let rank = 0; rank < (options.workers ?? 2); rank += 1) {
    mkdirSync(dirname(log(rank)), { recursive: true });
    writeFileSync(log(rank), '');
  }
  return { home, run, log };
}
