import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Counts of one run of the tests, in words that every CI can read. */
interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Ends a run of the tests with a plain line `N passed, N failed, N skipped`. Where `DROVER_TEST_TOTALS` names a file, the counts are
 * appended to it instead, so that whoever starts several runs can add them up and print one line.
 */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const { passed, failed, skipped } = countResults(modules, unhandledErrors.length);
    const sumFile = process.env['DROVER_TEST_TOTALS'] ?? '';
    if (sumFile === '') process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    else appendFileSync(sumFile, `${passed} ${failed} ${skipped}\n`);
  }
}

/** A test file that could not be loaded and an error outside of every test count as a failure each. */
function countResults(modules: readonly TestModule[], strayErrors: number): Totals {
  const totals: Totals = { passed: 0, failed: strayErrors, skipped: 0 };
  for (const module of modules) {
    totals.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test that never got its turn has not passed.
      totals[state === 'pending' ? 'failed' : state] += 1;
    }
  }
  return totals;
}
