import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Returns the files on the command line of the app: the words that are files or folders. The first word is the program. In a checkout,
 * one of the others is the folder of the app, and the words before it are for Electron.
 * @param directory where relative paths start
 * @param appPath the folder of the app in a checkout, null in a packaged app
 */
export function fileArguments(words: readonly string[], directory: string, appPath: string | null): string[] {
  const named = words.slice(1);
  return (appPath === null ? named : afterApp(named, directory, appPath))
    .filter((word) => word !== '' && !word.startsWith('-'))
    .map((word) => resolve(directory, word))
    .filter((path) => existsSync(path) && (statSync(path).isFile() || statSync(path).isDirectory()));
}

function afterApp(words: readonly string[], directory: string, appPath: string): readonly string[] {
  const app = words.findIndex((word) => !word.startsWith('-') && resolve(directory, word) === appPath);
  // If the app was named by a link or by its main module, it is the first word that is not an option.
  return words.slice((app < 0 ? words.findIndex((word) => !word.startsWith('-')) : app) + 1);
}
