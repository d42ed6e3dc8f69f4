import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { BUILT_CLI } from './built-command.ts';

/** How a command that ran in a process of its own has ended. */
export interface DroverEnd {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The `drover` command in a process of its own. */
export interface DroverProcess {
  kill: (signal: NodeJS.Signals) => void;
  /** What it has printed on standard output so far. */
  stdout: () => string;
  /** Nobody reads its standard output any more. */
  closeStdout: () => void;
  ended: Promise<DroverEnd>;
}

/** Starts `drover` over a data folder, as a script would: no terminal anywhere. */
export function startDrover(home: string, ...args: string[]): DroverProcess {
  const child = spawn(process.execPath, [BUILT_CLI, ...args], {
    env: {
      ...process.env,
      DROVER_HOME: home,
      DROVER_LEASES: join(home, 'leases-of-all'),
      DROVER_DEBUG: '1',
      DROVER_RECONCILE_PAUSE_MS: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    kill: (signal) => child.kill(signal),
    stdout: () => stdout,
    closeStdout: () => child.stdout.destroy(),
    ended: once(child, 'close').then(() => ({ status: child.exitCode, stdout, stderr })),
  };
}

/** Runs `drover` to its end. */
export function drover(home: string, ...args: string[]): Promise<DroverEnd> {
  return startDrover(home, ...args).ended;
}
