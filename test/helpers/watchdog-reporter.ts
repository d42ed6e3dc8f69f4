import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { HUNG_MS } from './patience.ts';
import { Watchdog } from './watchdog.ts';

/** What a test that has a longer limit of its own gets beyond it, to fail with its own words (milliseconds). */
const BEYOND_LIMIT_MS = 10_000;

/** Lets a watchdog see how a run of the tests goes. The tests of one file follow each other, so a file has one at a time. */
export default class WatchdogReporter implements Reporter {
  private watchdog: Watchdog | undefined;
  /** Files that have ended. On a busy machine news of their tests may come after that, and would seem to come from a file that hangs. */
  private readonly ended = new Set<string>();

  onTestRunStart(): void {
    const seed = process.env['DROVER_TEST_SEED'] ?? '';
    process.stdout.write(`Random tests have the seed ${seed}; DROVER_TEST_SEED=${seed} plays them again.\n`);
    this.watchdog ??= new Watchdog();
  }

  onTestModuleQueued(module: TestModule): void {
    this.ended.delete(keyOf(module));
    this.sign(module, module.relativeModuleId);
  }

  onTestModuleCollected(module: TestModule): void {
    this.sign(module, nextOf(module) ?? module.relativeModuleId);
  }

  onTestCaseReady(test: TestCase): void {
    this.sign(test.module, nameOf(test), limitOf(test));
  }

  onHookStart({ entity }: { entity: { type: string } }): void {
    const test = entity as TestCase | TestModule;
    if (test.type === 'test') this.sign(test.module, nameOf(test), limitOf(test));
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    const result = state === 'pending' ? 'failed' : state;
    const key = keyOf(test.module);
    if (this.ended.has(key)) return this.watchdog?.over(key, result);
    // The next one may hang before it can say that it begins.
    const next = nextOf(test.module) ?? `${test.module.relativeModuleId}, after its last test`;
    this.watchdog?.count(key, next, result);
  }

  onTestModuleEnd(module: TestModule): void {
    this.ended.add(keyOf(module));
    this.watchdog?.over(keyOf(module));
  }

  /** The process has yet to end, and is watched until then; only one that stays for more is let go of. */
  onTestRunEnd(): void {
    if (process.argv.includes('--watch')) this.watchdog?.end();
  }

  private sign(module: TestModule, name: string, limitMs?: number): void {
    if (!this.ended.has(keyOf(module))) this.watchdog?.sign(keyOf(module), name, limitMs);
  }
}

/** What tells a file from all others: the same one may belong to several projects. */
function keyOf(module: TestModule): string {
  return module.id;
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
