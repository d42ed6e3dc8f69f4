import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../files/data-home.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { ownUser } from '../processes/process-users.ts';

/** All may write there, and only the owner of a file may remove it. */
const SHARED_MODE = 0o1777;

/** Where Drovers of different users tell each other who has which device. The first one that can be used is written to, all are read. */
const SHARED = ['/run/lock/drover', '/tmp/drover-leases'];

/**
 * Returns the folders of leases, the preferred first: those that all users of the machine share, and one in the data folder, which only this user's
 * Drovers read. `DROVER_LEASES` takes the place of the shared ones.
 */
export function leaseFolders(home: string, env: Environment): string[] {
  const chosen = env['DROVER_LEASES'] ?? '';
  const shared = process.platform === 'win32' ? [] : SHARED;
  return [...(chosen === '' ? shared : [chosen]), join(home, 'leases')];
}

/** Returns whether a folder of leases is one that other users read as well. */
export function isShared(folder: string, home: string): boolean {
  return folder !== join(home, 'leases');
}

/** Makes a folder of leases where it is missing. @returns why it cannot be used, in words; null when it can */
export function prepareFolder(folder: string, home: string): string | null {
  const mode = isShared(folder, home) ? SHARED_MODE : PRIVATE_FOLDER;
  try {
    if (mode === PRIVATE_FOLDER) makeFolders(folder, mode);
    else makeShared(folder);
    return refusalOf(folder, mode);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whoever comes first makes it, open to all; what is above it is the system's. */
function makeShared(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(folder);
  chmodSync(folder, SHARED_MODE);
}

/** A link could lead anywhere, and where files of others can be removed, leases would vanish. */
function refusalOf(folder: string, mode: number): string | null {
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) return `${folder} is not a folder`;
  const uid = ownUser();
  const isOurs = uid === null || stats.uid === uid;
  if ((stats.mode & 0o7777) === SHARED_MODE || (isOurs && mode === PRIVATE_FOLDER)) return null;
  return `${folder} is not open to all users (chmod 1777 by its owner makes it so)`;
}
