import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What this process was started with, read as Electron reads its command line. */
export const launch = readLaunch(process.argv.slice(2));

/** @param {string[]} words */
function readLaunch(words) {
  const preloaded = [];
  const rest = [];
  let inspectPort = null;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === '-r') preloaded.push(resolve(words[(index += 1)]));
    else if (word.startsWith('--inspect')) inspectPort = Number(word.split('=')[1] ?? 9229);
    else rest.push(word);
  }
  const target = resolve(rest.find((word) => !word.startsWith('-')) ?? '.');
  const isFolder = statSync(target).isDirectory();
  const appPath = isFolder ? target : dirname(target);
  const packageFile = readPackage(appPath);
  const main = isFolder ? join(target, packageFile.main ?? 'index.js') : target;
  return { preloaded, rest, inspectPort, appPath, main, packageFile };
}

/** The package file of a folder, or of the nearest one above it. */
function readPackage(folder) {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  return folder === dirname(folder) ? {} : readPackage(dirname(folder));
}
