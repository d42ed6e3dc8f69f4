import type { Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';
import { HEARTBEAT_MS } from './limits.ts';
import { type Totals, tellTotals } from './test-totals.ts';

/** Stands beside Playwright's list of tests: shows that tests go on, and ends with their counts. */
export default class PlaywrightReporter implements Reporter {
  private timer: NodeJS.Timeout | undefined;
  private tests: TestCase[] = [];
  private done = 0;
  private strayErrors = 0;

  printsToStdio(): boolean {
    return false;
  }

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests();
    this.timer = setInterval(() => {
      process.stdout.write(`… ${this.done} of ${this.tests.length} tests done\n`);
    }, HEARTBEAT_MS);
  }

  onTestEnd(): void {
    this.done += 1;
  }

  /** An error outside of every test, as in a file that cannot be loaded. */
  onError(_error: TestError): void {
    this.strayErrors += 1;
  }

  onEnd(): void {
    clearInterval(this.timer);
    const totals: Totals = { passed: 0, failed: this.strayErrors, skipped: 0 };
    for (const test of this.tests) totals[outcome(test)] += 1;
    tellTotals(totals);
  }
}

/** A test that never got its turn, or passed only when it was tried again, has not passed. */
function outcome(test: TestCase): keyof Totals {
  if (test.outcome() === 'expected') return 'passed';
  const skipped =
    test.outcome() === 'skipped' && (test.expectedStatus === 'skipped' || test.results.at(-1)?.status === 'skipped');
  return skipped ? 'skipped' : 'failed';
}
