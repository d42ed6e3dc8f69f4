// Holds the parsed heads of safetensors files: the least that a program has in memory which knows their ids. Prints how many there are.
// usage: parse-heads.mjs FILE…
import { closeSync, openSync, readSync } from 'node:fs';

const LENGTH_BYTES = 8;
const ids = process.argv.slice(2).map((path) => JSON.parse(headOf(path).__metadata__.ids));
process.stdout.write(`${ids.reduce((sum, { length }) => sum + length, 0)}\n`);

function headOf(path) {
  const file = openSync(path, 'r');
  const length = Buffer.alloc(LENGTH_BYTES);
  readSync(file, length, 0, LENGTH_BYTES, 0);
  const head = Buffer.alloc(Number(length.readBigUInt64LE()));
  readSync(file, head, 0, head.length, LENGTH_BYTES);
  closeSync(file);
  return JSON.parse(head.toString('utf8'));
}
