// `JSON.parse` of every line of some files, nothing kept: the least that reading a journal takes. Prints how many lines there were.
// usage: parse-lines.mjs FILE…   or one folder: all its journals
import { globSync, readFileSync, statSync } from 'node:fs';

let parsed = 0;
for (const path of process.argv.slice(2)) {
  const files = statSync(path).isDirectory() === true ? globSync(`${path}/**/journal.ndjson`) : [path];
  for (const file of files) parse(readFileSync(file, 'utf8'));
}
process.stdout.write(`${parsed}\n`);

function parse(text) {
  for (const line of text.split('\n')) {
    if (line !== '') JSON.parse(line);
    parsed += 1;
  }
}
