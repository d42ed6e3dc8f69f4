import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from '../files/data-home.ts';

/** What a shell may print: environments are small, and start files that print without end are no use. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Stands before and after the environment, as start files print what they like. */
const MARK = '_drover_environment_';
// Both kinds of start files are read, of a login shell and of an interactive one, as distributions differ in what they put where.
const SCRIPT = `printf %s ${MARK}; env -0; printf %s ${MARK}`;

/**
 * Asks a shell for the environment that it has after its start files.
 * @param limitMs milliseconds; then the shell and all it has started are killed
 * @returns the environment, or why it is not known
 */
export function askShell(shell: string, env: Environment, limitMs: number): Promise<Environment | string> {
  return new Promise((resolve) => {
    // A session of its own: an interactive shell would else take the terminal that somebody may have started us from.
    const child = spawn(shell, ['-ilc', SCRIPT], {
      env: { ...env, TERM: 'dumb', DROVER_LOGIN_SHELL: 'asking' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let printed = '';
    const settle = (answer: Environment | string): void => {
      clearTimeout(limit);
      endGroup(child);
      child.stdout.destroy();
      resolve(answer);
    };
    const limit = setTimeout(() => settle(`${shell} did not answer within ${limitMs / 1000} s`), limitMs);
    child.on('error', (error) => settle(`${shell} cannot be started: ${error.message}`));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = betweenMarks(printed);
      if (found !== null) settle(found);
      else if (printed.length > MAX_BYTES) settle(`${shell} prints too much in its start files`);
    });
    // What was printed has all arrived by then.
    child.on('close', (code) => settle(`${shell} ended with exit code ${code ?? 'unknown'} without its environment`));
  });
}

/**
 * The shell and whatever its start files have left in the background of its group. Its number is its own only until its end is taken note of: after
 * that it may be a stranger's, so nothing is signalled by it.
 */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** null until both marks have been printed. */
function betweenMarks(text: string): Environment | null {
  const [, block, rest] = text.split(MARK);
  if (block === undefined || rest === undefined) return null;
  const entries = block.split('\0').map((entry) => /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(entry));
  return Object.fromEntries(entries.flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']])));
}
