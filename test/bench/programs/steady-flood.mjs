// Appends 100-byte lines to files at a steady rate, to each the same.
// usage: steady-flood.mjs MB_PER_SECOND SECONDS FILE…   prints how many bytes each file was given
import { openSync, writeSync } from 'node:fs';

const [rate = 0, seconds = 0] = process.argv.slice(2, 4).map(Number);
const files = process.argv.slice(4).map((path) => openSync(path, 'a'));
const line = `2026-11-21 05:15:00,123 - Worker 0 - embed - INFO - batch, loss 0.12345, 512 sequences`.padEnd(99, '.');
const block = Buffer.from(`${line}\n`.repeat(1_000));
const pause = new Int32Array(new SharedArrayBuffer(4));
const from = performance.now();
let written = 0;
for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - from) / 1000) {
  while (written < elapsed * rate * 1e6) {
    for (const file of files) writeSync(file, block);
    written += block.length;
  }
  Atomics.wait(pause, 0, 0, 5);
}
process.stdout.write(`${written}\n`);
