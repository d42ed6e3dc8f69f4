import { setTimeout as sleep } from 'node:timers/promises';

/** How often a condition is looked at: a test should not wait longer than it has to. */
const POLL_MS = 10;
/** Longer than anything takes on a machine under load; a test's own limit comes after it. */
const LIMIT_MS = 30_000;

/** Waits until a condition holds, and fails with its text when it never does. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what?: string,
  limitMs: number = LIMIT_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what ?? condition.toString()}`);
    await sleep(POLL_MS);
  }
}
