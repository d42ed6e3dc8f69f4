import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Totals } from './test-totals.ts';

const PROGRAM = join(import.meta.dirname, 'watchdog-process.mjs');

/**
 * Watches this process and its tests from another one: see watchdog-process.mjs. Whatever is under way has a key, and gives signs; without one
 * for two minutes, or the time that it asked for, it is named and this process is ended with all it has started.
 */
export class Watchdog {
  private readonly child: ChildProcess;

  constructor() {
    // Its path is a mark in the environment of all that is started from now on; tests of other processes leave their names in it.
    const folder = mkdtempSync(join(tmpdir(), 'drover-watch-'));
    this.child = spawn(process.execPath, [PROGRAM, String(process.pid), folder], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    process.env['DROVER_TEST_WATCH'] = folder;
    this.child.unref();
    // A watchdog that is gone watches nothing; the tests go on.
    this.child.on('error', () => undefined);
    this.child.stdin?.on('error', () => undefined);
    (this.child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }

  /** Something is under way, or goes on. */
  sign(key: string, name: string, limitMs?: number): void {
    this.tell({ key, name, limitMs });
  }

  /** A test is over; what has the key stays under way. */
  count(key: string, next: string, result: keyof Totals): void {
    this.tell({ key, name: next, result });
  }

  /** What has the key is over. */
  over(key: string, result?: keyof Totals): void {
    this.tell({ key, result });
  }

  /** Ends the watch. */
  end(): void {
    this.child.stdin?.end();
  }

  private tell(sign: {
    key: string;
    name?: string;
    limitMs?: number | undefined;
    result?: keyof Totals | undefined;
  }): void {
    if (this.child.stdin?.writable === true) this.child.stdin.write(`${JSON.stringify(sign)}\n`);
  }
}
