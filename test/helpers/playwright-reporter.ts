import type { Reporter, Suite, TestCase, TestError, TestResult } from '@playwright/test/reporter';
import { type Totals, tellTotals } from './test-totals.ts';
import { Watchdog } from './watchdog.ts';

/** Stands beside Playwright's list of tests: lets a watchdog see how they go, and ends with their counts. */
export default class PlaywrightReporter implements Reporter {
  private tests: TestCase[] = [];
  private watchdog: Watchdog | undefined;
  private strayErrors = 0;

  printsToStdio(): boolean {
    return false;
  }

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests();
    this.watchdog = new Watchdog();
  }

  onTestBegin(test: TestCase): void {
    this.watchdog?.sign(test.id, nameOf(test));
  }

  /** Each step of a test is a sign of it. */
  onStepBegin(test: TestCase): void {
    this.watchdog?.sign(test.id, nameOf(test));
  }

  onTestEnd(test: TestCase, { status }: TestResult): void {
    const skipped = status === 'skipped' ? 'skipped' : 'failed';
    this.watchdog?.over(test.id, status === test.expectedStatus ? 'passed' : skipped);
  }

  /** An error outside of every test, as in a file that cannot be loaded. */
  onError(_error: TestError): void {
    this.strayErrors += 1;
  }

  onEnd(): void {
    const totals: Totals = { passed: 0, failed: this.strayErrors, skipped: 0 };
    for (const test of this.tests) totals[outcome(test)] += 1;
    tellTotals(totals);
  }
}

function nameOf(test: TestCase): string {
  return test.titlePath().filter(Boolean).join(' > ');
}

/** A test that never got its turn, or passed only when it was tried again, has not passed. */
function outcome(test: TestCase): keyof Totals {
  if (test.outcome() === 'expected') return 'passed';
  const skipped =
    test.outcome() === 'skipped' && (test.expectedStatus === 'skipped' || test.results.at(-1)?.status === 'skipped');
  return skipped ? 'skipped' : 'failed';
}
