import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Why tests with Python are left out, or an empty string when there is a Python that can run them. */
export const pythonMissing =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0
    ? ''
    : ' (skipped: no python3 of version 3.9 or later)';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface WorkerProgram {
  process: ChildProcess;
  /** Writes one item to standard input. */
  send(item: object): void;
  endInput(): void;
  /** Waits until standard output has this text, and fails when the program ends without it. */
  printed(text: string): Promise<void>;
  ended: Promise<Ended>;
}

/** What a program should not find in its environment unless the test says so. */
const CLEARED = /^(DROVER_|RANK$|CUDA_|ROCR_|NODE_OPTIONS$)/;

/**
 * Starts a worker program with pipes, in an environment without anything of Drover's but what `env` says.
 * @param command program and arguments
 */
export function startWorkerProgram(
  command: readonly string[],
  { env = {}, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): WorkerProgram {
  const [file = '', ...args] = command;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !CLEARED.test(name)));
  const child = spawn(file, args, { cwd, env: { ...inherited, PYTHONDONTWRITEBYTECODE: '1', ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  return {
    process: child,
    send: (item) => child.stdin.write(`${JSON.stringify(item)}\n`),
    endInput: () => child.stdin.end(),
    ended,
    async printed(text) {
      while (!output.stdout.includes(text)) {
        if (child.exitCode !== null) throw new Error(`Ended without printing ${text}: ${output.stderr}`);
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
    },
  };
}

/** Starts a worker program, hands it all items and waits for its end. */
export async function runWorkerProgram(
  command: readonly string[],
  items: readonly object[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Ended> {
  const program = startWorkerProgram(command, options);
  for (const item of items) program.send(item);
  program.endInput();
  return program.ended;
}
