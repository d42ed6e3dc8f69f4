import type { Reporter } from 'vitest/node';
import { HEARTBEAT_MS } from './limits.ts';

/** Prints how many test files and tests are done while a run is under way. */
export default class HeartbeatReporter implements Reporter {
  private timer: NodeJS.Timeout | undefined;
  private files = 0;
  private tests = 0;

  onTestRunStart(): void {
    const seed = process.env['DROVER_TEST_SEED'] ?? '';
    process.stdout.write(`Random tests have the seed ${seed}; DROVER_TEST_SEED=${seed} plays them again.\n`);
    this.timer = setInterval(() => {
      process.stdout.write(`… ${this.tests} tests in ${this.files} files done\n`);
    }, HEARTBEAT_MS);
  }

  onTestCaseResult(): void {
    this.tests += 1;
  }

  onTestModuleEnd(): void {
    this.files += 1;
  }

  onTestRunEnd(): void {
    clearInterval(this.timer);
  }
}
