// Appends lines `@<ms since 1970>@` to a file, one at a time.
// usage: stamped-lines.mjs FILE PAUSE_MS SECONDS
import { openSync, writeSync } from 'node:fs';

const file = openSync(process.argv[2], 'a');
const pause = new Int32Array(new SharedArrayBuffer(4));
const until = performance.now() + Number(process.argv[4]) * 1000;
while (performance.now() < until) {
  writeSync(file, `@${(performance.timeOrigin + performance.now()).toFixed(3)}@ embedding batch, loss 0.12345\n`);
  Atomics.wait(pause, 0, 0, Number(process.argv[3]));
}
