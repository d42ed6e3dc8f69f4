import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { patience } from './patience.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A disk of this size is full after some hundred lines. */
const SIZE = '96k';

/** Makes `$1` a small disk of its own, in a mount namespace that ends with the command, runs a program there and keeps some files. */
const SCRIPT = `mount -t tmpfs -o size=${SIZE} tmpfs "$1" && "$2" "$3" "$1" && disk=$1 && kept=$4 && shift 4 &&
for name; do cp "$disk/$name" "$kept/$name" || exit; done`;

/** Why tests with a full disk are left out, or an empty string where an ordinary user may mount one. */
export const smallDiskMissing =
  spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
    ? ''
    : ' (skipped: this system does not let a user mount a disk of its own)';

/**
 * Runs a program of the tests with the folder of a small disk as its argument.
 * @param program its path from the top of the project
 * @param names files on the disk that are kept
 */
export async function runInSmallDisk(
  program: string,
  names: readonly string[],
): Promise<{ output: string; files: Record<string, Buffer> }> {
  const folder = temporaryFolder();
  const kept = temporaryFolder();
  writeFileSync(join(folder, 'hidden'), '');
  const path = join(import.meta.dirname, '..', '..', program);
  const { stdout } = await execa(
    'unshare',
    ['-Urm', 'sh', '-c', SCRIPT, 'sh', folder, process.execPath, path, kept, ...names],
    { timeout: patience(15_000) },
  );
  return { output: stdout, files: Object.fromEntries(names.map((name) => [name, readFileSync(join(kept, name))])) };
}
