import { appendFileSync } from 'node:fs';

/** Counts of one run of tests. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Tells the counts of one run of tests as a plain line `N passed, N failed, N skipped`. Where `DROVER_TEST_TOTALS` names a file, they are
 * appended to it instead, so that whoever starts several runs can add them up and print one line.
 */
export function tellTotals({ passed, failed, skipped }: Totals): void {
  const sumFile = process.env['DROVER_TEST_TOTALS'] ?? '';
  if (sumFile === '') process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  else appendFileSync(sumFile, `${passed} ${failed} ${skipped}\n`);
}
