import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The files that a start of the app names: words of its command line that are files or folders. The first word is the program. In a checkout
 * one of the others is the folder of the app, and what stands before it is meant for Electron.
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
  // A link to the app, or its main module: then it is the first word that is no option.
  return words.slice((app < 0 ? words.findIndex((word) => !word.startsWith('-')) : app) + 1);
}
