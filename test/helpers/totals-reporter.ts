import type { Reporter, TestModule } from 'vitest/node';
import { type Totals, tellTotals } from './test-totals.ts';

/** Ends a run of the tests with its counts. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    tellTotals(countResults(modules, unhandledErrors.length));
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
