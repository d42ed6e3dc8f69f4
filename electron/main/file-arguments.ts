import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The files that a start of the app names: words of its command line that are files or folders. The first word is the program; in a checkout the
 * second one is the folder of the app.
 * @param directory where relative paths start
 */
export function fileArguments(words: readonly string[], directory: string, isPackaged: boolean): string[] {
  return words
    .slice(isPackaged ? 1 : 2)
    .filter((word) => word !== '' && !word.startsWith('-'))
    .map((word) => resolve(directory, word))
    .filter((path) => existsSync(path) && (statSync(path).isFile() || statSync(path).isDirectory()));
}
