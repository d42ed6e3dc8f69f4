// Appends lines of 100 bytes to a file, each with the moment it was written (nanoseconds of the monotonic clock), then a line `END`.
// usage: line-writer.mjs FILE PAUSE_MS SECONDS   a pause of 0 is a flood
import { openSync, writeSync } from 'node:fs';

const LINE_CHARACTERS = 99;
const SECOND_NS = 1_000_000_000n;
const file = openSync(process.argv[2], 'a');
const pauseMs = Number(process.argv[3]);
const until = process.hrtime.bigint() + BigInt(process.argv[4]) * SECOND_NS;
const pause = new Int32Array(new SharedArrayBuffer(4));

for (let now = process.hrtime.bigint(); now < until; now = process.hrtime.bigint()) {
  writeSync(file, `${String(now).padEnd(LINE_CHARACTERS, '.')}\n`);
  if (pauseMs > 0) Atomics.wait(pause, 0, 0, pauseMs);
}
writeSync(file, 'END\n');
