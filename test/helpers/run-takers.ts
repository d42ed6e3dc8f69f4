import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OwnerTask } from '../../electron/engine/run-directory/owner-file.ts';
import type { TakerAnswer, TakerOrder } from '../fixtures/ownership/taker.ts';

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'ownership', 'taker.ts');

/** Takers begin together this long after they were told: all of them have the order by then. */
const HEAD_START_MS = 5;

/** A real process that takes runs. */
export interface Taker {
  process: ChildProcess;
  take(directory: string, at?: number, task?: OwnerTask): Promise<TakerAnswer>;
  release(): Promise<TakerAnswer>;
  /** Kills it without a chance to tidy up; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a taker; it ends with the test. */
export async function startTaker(): Promise<Taker> {
  const child = fork(PROGRAM);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  const ask = async (order: TakerOrder): Promise<TakerAnswer> => {
    child.send(order);
    return nextAnswer(child);
  };
  await nextAnswer(child);
  return {
    process: child,
    take: (directory, at = 0, task) => ask({ take: directory, at, task }),
    release: () => ask({ release: true }),
    kill,
  };
}

/** Lets all takers take a run in the same moment, and gives those that won. */
export async function race(takers: readonly Taker[], directory: string): Promise<Taker[]> {
  const at = Date.now() + HEAD_START_MS;
  const answers = await Promise.all(takers.map((taker) => taker.take(directory, at)));
  return takers.filter((_, index) => answers[index] === 'won');
}

async function nextAnswer(child: ChildProcess): Promise<TakerAnswer> {
  const [answer] = await once(child, 'message');
  return answer;
}
