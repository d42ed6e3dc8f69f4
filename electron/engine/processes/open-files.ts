import { readdirSync, readFileSync } from 'node:fs';
import { type Problem, problem } from '../../../shared/problem.ts';

/** How many files an engine holds open for each worker at most (its pipe, log, reports and record, and a pipe to a tool); five were counted. */
const FILES_PER_WORKER = 6;
/** How many files a run needs beside its workers: journal, logs, threads, tools; twenty were counted. */
const FILES_PER_RUN = 32;
/** The advice names this multiple of what is needed: other runs and programs of this process need some too. */
const ADVICE_FACTOR = 4;

/**
 * Checks whether this process may open the files that this many workers need. With too few the engine would fail at some call in the middle of the
 * run, so they are checked before the start.
 * @returns null when there are enough, or where the system does not report it
 */
export function checkOpenFiles(workers: number, limits = openFiles()): Problem | null {
  if (limits === null) return null;
  const needed = FILES_PER_RUN + workers * FILES_PER_WORKER;
  const free = limits.most - limits.open;
  if (free >= needed) return null;
  const fitting = Math.floor((free - FILES_PER_RUN) / FILES_PER_WORKER);
  return problem(
    'cannot-start',
    `This process may have ${limits.most} files open and has ${limits.open}; ${workers} ${workers === 1 ? 'worker needs' : 'workers need'} about ${needed} more.`,
    `Raise the limit (ulimit -n ${needed * ADVICE_FACTOR})${fitting > 0 ? `, or use at most ${fitting} workers` : ''}.`,
  );
}

function openFiles(): { open: number; most: number } | null {
  if (process.platform !== 'linux') return null;
  try {
    const text = readFileSync('/proc/self/limits', 'utf8');
    const most = Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
    return { most, open: readdirSync('/proc/self/fd').length };
  } catch {
    return null;
  }
}
