import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { environmentIn } from './home.ts';

const BUNDLE = join(import.meta.dirname, '../../../out/main/cli.js');

/** The built `drover` command on one data directory. */
export interface Drover {
  /** Starts it; its output is read by whoever starts it. */
  start(words: readonly string[]): ChildProcess;
  /** Runs it to its end. @throws when it fails */
  run(words: readonly string[]): Promise<string>;
  /** Ends in order what is still there. */
  close(): Promise<void>;
}

/** The command on a data directory. */
export function droverIn(home: string): Drover {
  const children: ChildProcess[] = [];
  const start = (words: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [BUNDLE, ...words], {
      env: environmentIn(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  return {
    start,
    async run(words) {
      const child = start(words);
      let printed = '';
      let said = '';
      child.stdout?.on('data', (data: Buffer) => (printed += data.toString()));
      child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
      const [status] = (await once(child, 'close')) as [number | null];
      if (status !== 0) throw new Error(`drover ${words.join(' ')} ended with ${status}:\n${said}`);
      return printed;
    },
    async close() {
      await Promise.all(children.map(endChild));
    },
  };
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.stdout?.resume();
  child.stderr?.resume();
  child.kill('SIGINT');
  await ended;
}
