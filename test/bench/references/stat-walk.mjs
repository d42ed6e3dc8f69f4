// Walks a folder with stat and keeps what it found: the least that a program does which is to know its files. Prints how many there are.
// usage: stat-walk.mjs FOLDER
import { readdirSync, statSync } from 'node:fs';

const found = [];
walk(process.argv[2] ?? '.');
process.stdout.write(`${found.length}\n`);

/** @param {string} folder */
function walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() === true) walk(path);
    else found.push(describe(path));
  }
}

/** @param {string} path */
function describe(path) {
  const { size, mtimeMs } = statSync(path);
  return { path, size, mtimeMs };
}
