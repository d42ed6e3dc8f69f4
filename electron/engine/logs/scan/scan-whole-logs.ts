import type { LogProblem, LogSource } from '../../../../shared/contract/logs.ts';
import { WORKER_ID_PATTERN } from '../../../../shared/ids.ts';
import { LogScanner } from './log-scanner.ts';

/**
 * The warnings and errors in workers' logs as they are now, repeats folded within each log. A log that cannot be read to its end gives
 * what was found.
 * @param sources logs of a run; those that no worker wrote are left out
 */
export async function scanWholeLogs(sources: readonly LogSource[]): Promise<LogProblem[]> {
  const logs = sources.flatMap(({ source, step, path, size }) =>
    step !== null && size > 0 && WORKER_ID_PATTERN.test(source) ? [{ id: path, worker: source, step, path }] : [],
  );
  if (logs.length === 0) return [];
  const scanner = new LogScanner({ onFindings: () => undefined });
  try {
    for (const { id, path } of logs) scanner.watch({ id, path, from: 0 });
    const found = await Promise.all(
      logs.map(async ({ id, step, worker }) => {
        const { problems } = await scanner.finish(id);
        return problems.map((one) => ({ step, worker, ...one }));
      }),
    );
    return found.flat();
  } finally {
    await scanner.close();
  }
}
