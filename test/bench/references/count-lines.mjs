// Reads files in pieces and finds every end of a line: the least that looking into logs takes. Prints the processor seconds of it.
// usage: count-lines.mjs FILE…
import { closeSync, openSync, readSync } from 'node:fs';

const NEWLINE = 10;
const block = Buffer.alloc(256 * 1024);
const before = process.cpuUsage();
let lines = 0;
for (const path of process.argv.slice(2)) {
  const file = openSync(path, 'r');
  for (let size = readSync(file, block); size > 0; size = readSync(file, block)) count(block.subarray(0, size));
  closeSync(file);
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${lines === 0 ? 0 : (user + system) / 1e6}\n`);

function count(bytes) {
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
}
