import type { RunStatus } from '../../shared/run/run-status.ts';
import { type CliContext, must } from './cli-context.ts';

/**
 * Waits until a run has ended or has no owner any more.
 * @param timeout seconds; null for no limit
 * @returns the status with which it ended; null after the timeout
 */
export async function awaitEnd({ engine }: CliContext, run: string, timeout: number | null): Promise<RunStatus | null> {
  const ended = Promise.withResolvers<RunStatus | null>();
  const unsubscribe = engine.subscribe({
    runEnded: (push) => {
      if (push.run === run) ended.resolve(push.status);
    },
  });
  const timer = timeout === null ? null : setTimeout(() => ended.resolve(null), timeout * 1000);
  try {
    must(await engine.watchRun({ run }));
    return await ended.promise;
  } finally {
    unsubscribe();
    await engine.unwatchRun({ run });
    if (timer !== null) clearTimeout(timer);
  }
}
