// The same as emit.c, for machines without a C compiler: prints lines of 100 bytes and appends when it began and ended to a file.
// usage: emit.mjs LINES buffered|lines TIMES
import { appendFileSync, writeSync } from 'node:fs';

const BUFFER_BYTES = 4096;
const start = performance.timeOrigin + performance.now();
const [lines, mode, times] = [Number(process.argv[2]), process.argv[3], process.argv[4]];

let waiting = '';
for (let i = 0; i < lines; i += 1) {
  waiting += line(i);
  if (mode === 'lines' || waiting.length >= BUFFER_BYTES) flush();
}
flush();
appendFileSync(times, `${start / 1000} ${(performance.timeOrigin + performance.now()) / 1000} ${Date.now() / 1000}\n`);

function line(i) {
  if (i % 100_000 === 99_999)
    return `2026-11-21 05:15:00,123 - Worker 0 - embed - WARNING - sequence ${pad(i, 12)} is over the limit, cut\n`;
  if (i % 50_000 === 49_999)
    return `Token usage: input=1000, output=100, cache_read=10, cache_creation=1 -------- after batch ${pad(i, 9)}\n`;
  return `2026-11-21 05:15:00,123 - Worker 0 - embed - INFO - batch ${pad(i, 12)}, loss 0.12345, 512 sequences\n`;
}

function pad(i, width) {
  return String(i).padStart(width);
}

function flush() {
  if (waiting !== '') writeSync(1, waiting);
  waiting = '';
}
