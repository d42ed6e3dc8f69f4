import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Environment, homeFolder } from '../files/data-home.ts';
import { askShell } from './ask-shell.ts';

/** A shell whose start files wait for something must not keep the window from opening. */
const SHELL_LIMIT_MS = 5_000;

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
