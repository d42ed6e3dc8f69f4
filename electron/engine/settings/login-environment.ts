import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Environment, homeFolder } from '../files/data-home.ts';

/** A shell whose start files wait for something must not prevent the window from opening. */
const SHELL_LIMIT_MS = 5_000;

/** The limit of a shell's output: environments are small, and start files that print endlessly are useless. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Printed before and after the environment, because start files may print anything. */
const MARK = '_drover_environment_';
// The shell reads both kinds of start files, of a login shell and of an interactive one: distributions use them differently.
const SCRIPT = `printf %s ${MARK}; env -0; printf %s ${MARK}`;

/** The origins of the parts of a merged environment. */
export interface EnvironmentOrigin {
  /** The folders on PATH: from the start of the program, added by the login shell, and added because they are usual. */
  ownFolders: string[];
  shellFolders: string[];
  usualFolders: string[];
  /** The other variables that came from the login shell. */
  variables: string[];
  /** A sentence about the environment, with the reason when the shell did not answer. */
  words: string;
}

/** The environment of a program that was started from a desktop. */
export interface LoginEnvironment {
  env: Environment;
  origin: EnvironmentOrigin;
}

/**
 * Whether a program was started from a desktop: then the start files in which people add conda and CUDA to their PATH were not read.
 * @param isTerminal whether any of the standard streams is a terminal
 */
export function isFromDesktop(env: Environment, isTerminal: boolean, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return false;
  return !isTerminal && (env['TERM'] ?? '') === '' && (env['DROVER_LOGIN_SHELL'] ?? '') !== 'no';
}

/** Asks the login shell once for its environment and merges what helps to find programs; existing variables take precedence. */
export async function askLoginShell(env: Environment, limitMs = SHELL_LIMIT_MS): Promise<LoginEnvironment> {
  const shell = env['SHELL'] ?? '';
  const answer = shell === '' ? 'no login shell is known (SHELL is not set)' : await askShell(shell, env, limitMs);
  const shown = typeof answer === 'string' ? {} : answer;
  const ownFolders = foldersOf(env);
  const shellFolders = foldersOf(shown).filter((folder) => !ownFolders.includes(folder));
  const usualFolders = usual(env).filter((folder) => ![...ownFolders, ...shellFolders].includes(folder));
  const added = Object.entries(shown).filter(([name]) => isWanted(name) && (env[name] ?? '') === '');
  // The order of the shell is the choice of the user: its folders come before the few folders of every desktop session.
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

/** Whether a variable selects the Python. Secrets and settings of the shell itself are not taken. */
function isWanted(name: string): boolean {
  return name === 'VIRTUAL_ENV' || name.startsWith('CONDA_');
}

/** Returns the existing folders among those in which people and installers put programs. */
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
 * Asks a shell for its environment after its start files.
 * @param limitMs milliseconds; then the shell and everything that it started are killed
 * @returns the environment, or why it is unknown
 */
function askShell(shell: string, env: Environment, limitMs: number): Promise<Environment | string> {
  return new Promise((resolve) => {
    // A session of its own: an interactive shell would otherwise take over the terminal that we may have been started from.
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
    // All output has arrived by then.
    child.on('close', (code) => settle(`${shell} ended with exit code ${code ?? 'unknown'} without its environment`));
  });
}

/**
 * Kills the shell and all processes that its start files left in the background of its group. Once its end was observed, its number may belong
 * to another process, so no signal is sent then.
 */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Returns the environment; null until both marks were printed. */
function betweenMarks(text: string): Environment | null {
  const [, block, rest] = text.split(MARK);
  if (block === undefined || rest === undefined) return null;
  const entries = block.split('\0').map((entry) => /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(entry));
  return Object.fromEntries(entries.flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']])));
}
