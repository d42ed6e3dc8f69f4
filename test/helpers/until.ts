import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from './patience.ts';

/** How often a condition is looked at: a test should not wait longer than it has to. */
const POLL_MS = 10;
/** Longer than anything takes on an idle machine. */
const LIMIT_MS = 30_000;

/** Waits until a condition holds, and fails with its text when it never does. The limit is that of an idle machine. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what?: string,
  limitMs: number = LIMIT_MS,
): Promise<void> {
  const begun = performance.now();
  while (!(await condition())) {
    // Asked each time: the machine may have become busy meanwhile.
    if (performance.now() - begun > patience(limitMs))
      throw new Error(`Waited in vain for ${what ?? condition.toString()}`);
    await sleep(POLL_MS);
  }
}

/** Waits until a check does not throw any more, and fails with what it threw last. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  const begun = performance.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() - begun > patience(LIMIT_MS)) throw error;
    }
    await sleep(POLL_MS);
  }
}
