import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { QueryNews, QueryOrder, Table } from './ask-index.ts';

/** The time limit of a query; longer ones are mistakes, such as a join without a condition. */
const QUERY_MAX_MS = 60_000;
/** The largest memory of a query process (bytes): sorting and joining a million items needs less. */
const QUERY_MAX_MEMORY = 2 * 1024 ** 3;
/** The interval of checks of its memory (milliseconds): it grows by at most some hundred MB in this time. */
const MEMORY_CHECK_MS = 100;
/** Recreating the index from 1,000,000 items takes most of a minute on a slow machine. */
const INDEXING_MAX_MS = 15 * 60_000;

export interface QueryAnswer extends Table {
  /** Runs that could not be read and are missing from the tables. */
  unreadable: string[];
}

interface QueryOptions {
  signal?: AbortSignal;
  /** Called with the progress of indexing, when the update takes long. */
  onIndexing?: (done: number, total: number) => void;
  maxMs?: number;
  /** The largest memory of the process that answers, in bytes. */
  maxMemory?: number;
}

/** Returns the path of the index of a data directory. */
export function indexFile(home: string): string {
  return join(home, 'cache', 'run-index.sqlite');
}

/**
 * Answers an SQL query over all runs in a separate process. The process is ended when it takes too long or too much memory, or when nobody
 * waits for it any more.
 */
export async function queryRuns(order: QueryOrder, options: QueryOptions = {}): Promise<Result<QueryAnswer, Problem>> {
  const { signal, onIndexing, maxMs = QUERY_MAX_MS, maxMemory = QUERY_MAX_MEMORY } = options;
  if (signal?.aborted === true) return err(ended());
  const child = startProcess();
  try {
    // A process that could not be started cannot receive a message; its error event follows.
    if (child.pid !== undefined) child.send(order);
    return await answerOf(child, { signal, onIndexing, maxMs, maxMemory });
  } finally {
    child.kill('SIGKILL');
  }
}

/** Starts the process from the bundle or from the sources. The packaged app is Electron, which acts as Node only with this variable. */
function startProcess(): ChildProcess {
  const built = join(import.meta.dirname, 'query-process.js');
  const file = existsSync(built) ? built : join(import.meta.dirname, 'query-process.ts');
  return fork(file, [], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

interface Waiting {
  signal: AbortSignal | undefined;
  onIndexing: ((done: number, total: number) => void) | undefined;
  maxMs: number;
  maxMemory: number;
}

function answerOf(
  child: ChildProcess,
  { signal, onIndexing, maxMs, maxMemory }: Waiting,
): Promise<Result<QueryAnswer, Problem>> {
  return new Promise((resolve) => {
    let timer = setTimeout(() => resolve(err(indexingTooSlow())), INDEXING_MAX_MS);
    const memoryCheck = setInterval(() => {
      if (memoryOf(child) > maxMemory) settle(err(tooMuchMemory(maxMemory)));
    }, MEMORY_CHECK_MS);
    const settle = (result: Result<QueryAnswer, Problem>): void => {
      clearTimeout(timer);
      clearInterval(memoryCheck);
      resolve(result);
    };
    signal?.addEventListener('abort', () => settle(err(ended())), { once: true });
    child.once('error', (error) => settle(err(broken(error.message))));
    child.once('exit', (code, killedBy) =>
      settle(err(broken(`it ended with ${killedBy ?? `status ${code ?? 'unknown'}`}`))),
    );
    child.on('message', (news: QueryNews) => {
      switch (news.type) {
        case 'indexing':
          return onIndexing?.(news.done, news.total);
        case 'asking':
          clearTimeout(timer);
          timer = setTimeout(() => settle(err(tooSlow(maxMs))), maxMs);
          return undefined;
        case 'answer':
          return settle(ok({ ...news.table, unreadable: news.unreadable }));
        case 'refused':
          return settle(err(refused(news.message)));
        case 'no-index':
          return settle(err(noIndex(news.message)));
        default:
          return news satisfies never;
      }
    });
  });
}

/** Returns the memory of a process in bytes; 0 where it is unknown: then only its time and the size of its answer are limited. */
function memoryOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    // It has ended.
    return 0;
  }
}

function refused(message: string): Problem {
  return problem(
    'invalid-usage',
    message === 'not authorized'
      ? 'The question was refused: it may only read.'
      : `The question was refused: ${message}.`,
    'It is one SELECT over the tables runs, steps, workers, items, samples, devices, problems and tokens; "drover query --tables" lists their columns.',
  );
}

function noIndex(message: string): Problem {
  return problem(
    'data-folder',
    `The index of the runs cannot be brought up to date: ${message}.`,
    'Free space on the disk of the data directory, or give yourself the right to write to its folder cache; --rebuild recreates a damaged index.',
  );
}

function broken(how: string): Problem {
  return problem(
    'data-folder',
    `The process that answers queries failed: ${how}.`,
    'Ask again with --rebuild; if it fails again, check whether the disk of the data directory is full.',
  );
}

function tooSlow(maxMs: number): Problem {
  return problem(
    'invalid-usage',
    `The question had no answer within ${maxMs / 1_000} s and was ended.`,
    'Join tables on run, step and rank or item, and narrow it by a WHERE.',
  );
}

function tooMuchMemory(bytes: number): Problem {
  return problem(
    'invalid-usage',
    `The question took more than ${bytes / 1024 ** 2} MiB of memory and was ended.`,
    'Narrow it by a WHERE, join tables on run, step and rank or item, or add up instead of joining texts.',
  );
}

function indexingTooSlow(): Problem {
  return problem(
    'data-folder',
    `The index of the runs was not ready within ${INDEXING_MAX_MS / 60_000} minutes.`,
    'Check whether the disk of the data directory is very busy; what was indexed is kept, so ask again.',
  );
}

function ended(): Problem {
  return problem('invalid-usage', 'The question was ended before it had an answer.', 'Ask again.');
}
