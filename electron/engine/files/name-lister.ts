import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Returns a function that checks whether files exist by listing each folder once: 100,000 outputs in one folder cost one call and not 100,000. A
 * folder that was listed is not listed again.
 */
export function makeNameLister(): (path: string) => boolean {
  const folders = new Map<string, Set<string>>();
  return (path) => {
    const folder = dirname(path);
    const names = folders.get(folder) ?? listNames(folder);
    folders.set(folder, names);
    return names.has(basename(path));
  };
}

function listNames(folder: string): Set<string> {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return new Set();
  }
}
