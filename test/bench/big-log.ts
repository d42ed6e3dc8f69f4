import { join } from 'node:path';
import { workerLog } from '../../electron/engine/run-directory/paths.ts';
import { makeRun } from '../helpers/make-run.ts';
import type { Bench } from './bench-context.ts';
import { writeLargeFile } from './inputs.ts';

const LOG_BYTES = 2e9;
const QUICK_LOG_BYTES = 200e6;
/** Stands in every two-hundred-millionth byte or so, and nowhere else. */
const NEEDLE_EVERY_LINES = 2_000_000;

export interface BigLog {
  /** The data directory. */
  home: string;
  /** A run whose worker_0 has printed much, and its log. */
  big: string;
  bigLog: string;
  /** The same with hardly a line: what a command takes before it has anything to do. */
  tiny: string;
  tinyLog: string;
  bytes: number;
  /** A literal that is rare in the log. */
  needle: string;
}

/** Two finished runs, one with a large log; made once for all groups. */
export function bigLog(bench: Bench): Promise<BigLog> {
  return bench.once('big-log', async () => {
    const bytes = bench.quick ? QUICK_LOG_BYTES : LOG_BYTES;
    bench.doing(`making a log of ${bytes / 1e9} GB`);
    const home = bench.folder('big-log');
    const needle = 'CUDA_ERROR_MISALIGNED_ADDRESS';
    const [big, tiny] = ['20261121-051500-123-big0', '20261121-051500-124-tiny'];
    const [bigDirectory, tinyDirectory] = [big, tiny].map((run) => makeRun(join(home, 'runs'), { run }));
    const bigFile = workerLog(bigDirectory ?? '', 1, 0);
    await writeLargeFile(bigFile, bytes, (index) => logLine(index, needle));
    return { home, big, bigLog: bigFile, tiny, tinyLog: workerLog(tinyDirectory ?? '', 1, 0), bytes, needle };
  });
}

/** A line of 100 bytes. */
function logLine(index: number, needle: string): string {
  const number = String(index).padStart(12);
  const text = index % NEEDLE_EVERY_LINES === 1_234_567 ? `saw ${needle} there` : 'loss 0.12345, 512 sequences';
  return `2026-11-21 05:15:00,123 - Worker 0 - embed - INFO - batch ${number}, ${text}`.padEnd(99).concat('\n');
}
