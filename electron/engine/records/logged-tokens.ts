import { existsSync } from 'node:fs';
import { LogScanner } from '../logs/scan/log-scanner.ts';
import { fullestAccount } from '../logs/scan/token-accounts.ts';
import { reportFile, workerLog } from '../run-directory/paths.ts';
import type { CountLoggedTokens } from './reconcile-totals.ts';

/** Reads what workers printed and reported about tokens once more, as it was read while they worked. To be closed after use. */
export function countLoggedTokens(directory: string): { count: CountLoggedTokens; close: () => Promise<void> } {
  const scanner = new LogScanner({ onFindings: () => undefined });
  return {
    async count(step, rank) {
      const [log, reports] = [workerLog(directory, step, rank), reportFile(directory, step, rank)];
      // Logs may have been removed since to free the disk.
      if (!existsSync(log)) return null;
      scanner.watch({ id: log, path: log, from: 0 });
      scanner.watch({ id: reports, path: reports, from: 0, content: 'reports' });
      const totals = await Promise.all([scanner.finish(log), scanner.finish(reports)]);
      if (totals.some(({ unreadable }) => unreadable !== null)) return null;
      return fullestAccount(totals.map(({ accounts }) => accounts)).tokens;
    },
    close: () => scanner.close(),
  };
}
