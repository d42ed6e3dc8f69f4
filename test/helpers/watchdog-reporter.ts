import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { HUNG_MS } from './patience.ts';
import { Watchdog } from './watchdog.ts';

/** What a test that has a longer limit of its own gets beyond it, to fail with its own words (milliseconds). */
const BEYOND_LIMIT_MS = 10_000;

/** Lets a watchdog see how a run of the tests goes. The tests of one file follow each other, so a file has one at a time. */
export default class WatchdogReporter implements Reporter {
  private watchdog: Watchdog | undefined;

  onTestRunStart(): void {
    const seed = process.env['DROVER_TEST_SEED'] ?? '';
    process.stdout.write(`Random tests have the seed ${seed}; DROVER_TEST_SEED=${seed} plays them again.\n`);
    this.watchdog ??= new Watchdog();
  }

  onTestModuleQueued(module: TestModule): void {
    this.watchdog?.sign(module.moduleId, module.relativeModuleId);
  }

  onTestModuleCollected(module: TestModule): void {
    this.signNext(module);
  }

  onTestCaseReady(test: TestCase): void {
    this.watchdog?.sign(test.module.moduleId, nameOf(test), limitOf(test));
  }

  onHookStart({ entity }: { entity: { type: string } }): void {
    const test = entity as TestCase | TestModule;
    if (test.type === 'test') this.watchdog?.sign(test.module.moduleId, nameOf(test), limitOf(test));
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    // The next one may hang before it can say that it begins.
    const next = nextOf(test.module) ?? `${test.module.relativeModuleId}, after its last test`;
    this.watchdog?.count(test.module.moduleId, next, state === 'pending' ? 'failed' : state);
  }

  onTestModuleEnd(module: TestModule): void {
    this.watchdog?.over(module.moduleId);
  }

  /** The process has yet to end, and is watched until then; only one that stays for more is let go of. */
  onTestRunEnd(): void {
    if (process.argv.includes('--watch')) this.watchdog?.end();
  }

  private signNext(module: TestModule): void {
    this.watchdog?.sign(module.moduleId, nextOf(module) ?? module.relativeModuleId);
  }
}

function nextOf(module: TestModule): string | null {
  for (const test of module.children.allTests()) if (test.result().state === 'pending') return nameOf(test);
  return null;
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

function limitOf({ options }: TestCase): number {
  const { timeout } = options as { timeout?: number };
  return Math.max(HUNG_MS, timeout === undefined || !Number.isFinite(timeout) ? 0 : timeout + BEYOND_LIMIT_MS);
}
