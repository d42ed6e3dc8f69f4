import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Environment, homeFolder } from '../files/data-home.ts';

/** A shell whose start files wait for something must not keep the window from opening. */
const SHELL_LIMIT_MS = 5_000;

/** What a shell may print: environments are small, and start files that print without end are no use. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Stands before and after the environment, as start files print what they like. */
const MARK = '_drover_environment_';
// Both kinds of start files are read, of a login shell and of an interactive one, as distributions differ in what they put where.
const SCRIPT = `printf %s ${MARK}; env -0; printf %s ${MARK}`;

/** Where the parts of a merged environment came from. */
export interface EnvironmentOrigin {
  /** Folders on PATH that the program was started with, that the login shell added, and that were added as usual ones. */
  ownFolders: string[];
  shellFolders: string[];
  usualFolders: string[];
  /** Other variables that came from the login shell. */
  variables: string[];
  /** The whole in a sentence, with the reason where the shell did not answer. */
  words: string;
}

/** What a program that was started from a desktop works with. */
export interface LoginEnvironment {
  env: Environment;
  origin: EnvironmentOrigin;
}

/**
 * Whether a program was started from a desktop: then nobody has read the start files in which people put conda and CUDA on their PATH.
 * @param isTerminal whether any of the standard streams is one
 */
export function isFromDesktop(env: Environment, isTerminal: boolean, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return false;
  return !isTerminal && (env['TERM'] ?? '') === '' && (env['DROVER_LOGIN_SHELL'] ?? '') !== 'no';
}

/** Asks the login shell once for its environment and merges what helps to find programs; what is there already stays first. */
export async function askLoginShell(env: Environment, limitMs = SHELL_LIMIT_MS): Promise<LoginEnvironment> {
  const shell = env['SHELL'] ?? '';
  const answer = shell === '' ? 'no login shell is known (SHELL is not set)' : await askShell(shell, env, limitMs);
  const shown = typeof answer === 'string' ? {} : answer;
  const ownFolders = foldersOf(env);
  const shellFolders = foldersOf(shown).filter((folder) => !ownFolders.includes(folder));
  const usualFolders = usual(env).filter((folder) => ![...ownFolders, ...shellFolders].includes(folder));
  const added = Object.entries(shown).filter(([name]) => isWanted(name) && (env[name] ?? '') === '');
  // The shell's order is the person's: its folders stand before the few that every desktop session has.
  const path = [...foldersOf(shown), ...ownFolders, ...usualFolders];
  return {
    env: { ...env, ...Object.fromEntries(added), PATH: [...new Set(path)].join(delimiter) },
    origin: {
      ownFolders,
      shellFolders,
      usualFolders,
      variables: added.map(([name]) => name),
      words: wordsFor(shell, answer),
    },
  };
}

/** Which Python is meant. Secrets and settings of the shell itself stay there. */
function isWanted(name: string): boolean {
  return name === 'VIRTUAL_ENV' || name.startsWith('CONDA_');
}

/** Folders in which people and installers put programs, where they are there. */
function usual(env: Environment): string[] {
  const home = env['HOME'] ?? homeFolder();
  const folders = [join(home, '.local/bin'), '/opt/homebrew/bin', '/usr/local/bin', '/usr/local/cuda/bin', '/snap/bin'];
  return folders.filter((folder) => existsSync(folder));
}

function foldersOf(env: Environment): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

function wordsFor(shell: string, answer: Environment | string): string {
  const start = 'Drover was started from the desktop.';
  if (typeof answer === 'string')
    return `${start} The login shell could not help: ${answer}. Usual folders were added to PATH.`;
  return `${start} It asked the login shell (${shell}) for its environment and added what that has on PATH.`;
}

/**
 * Asks a shell for the environment that it has after its start files.
 * @param limitMs milliseconds; then the shell and all it has started are killed
 * @returns the environment, or why it is not known
 */
function askShell(shell: string, env: Environment, limitMs: number): Promise<Environment | string> {
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
