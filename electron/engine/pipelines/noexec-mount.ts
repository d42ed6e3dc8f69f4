import { readFileSync, realpathSync } from 'node:fs';

/** The mounts of this process, as Linux tells them. */
const MOUNTS = '/proc/self/mounts';

/**
 * Where the disk of a path is mounted, when programs on it cannot be started (`noexec`), as on hardened homes and temporary folders.
 * @returns null when they can, or when that cannot be told
 */
export function noexecMount(path: string, mounts = MOUNTS): string | null {
  try {
    return findNoexec(realpathSync(path), readFileSync(mounts, 'utf8'));
  } catch {
    return null;
  }
}

function findNoexec(path: string, table: string): string | null {
  let found: { point: string; noexec: boolean } | null = null;
  for (const line of table.split('\n')) {
    const [, escaped = '', , options = ''] = line.split(' ');
    const point = escaped.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    const isAbove = point !== '' && (path === point || path.startsWith(point === '/' ? '/' : `${point}/`));
    // Of two mounts at one place the later one is seen.
    if (!isAbove || point.length < (found?.point.length ?? 0)) continue;
    found = { point, noexec: options.split(',').includes('noexec') };
  }
  return found?.noexec === true ? found.point : null;
}
