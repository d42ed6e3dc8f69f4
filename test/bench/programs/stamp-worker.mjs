// A queue worker that reports every item after a pause and notes, in nanoseconds of the system's monotonic clock, when it had
// reported one item and when it had the next on its input.
// usage: stamp-worker.mjs PAUSE_MS TIMES-PREFIX   writes `<report> <receipt>` lines to <TIMES-PREFIX>.<rank>
import { openSync, readSync, writeSync } from 'node:fs';

const NEWLINE = 10;
const pause = new Int32Array(new SharedArrayBuffer(4));
const pauseMs = Number(process.argv[2]);
const times = openSync(`${process.argv[3]}.${process.env.RANK}`, 'a');
const reports = openSync(process.env.DROVER_REPORT_FILE, 'a');
const block = Buffer.alloc(64 * 1024);

let rest = Buffer.alloc(0);
let reported = null;
for (let line = nextLine(); line !== null; line = nextLine()) {
  const received = process.hrtime.bigint();
  if (reported !== null) writeSync(times, `${reported} ${received}\n`);
  const { file } = JSON.parse(line);
  if (pauseMs > 0) Atomics.wait(pause, 0, 0, pauseMs);
  const report = `${JSON.stringify({ gpu_id: 0, file, status: 'complete' })}\n`;
  reported = process.hrtime.bigint();
  writeSync(reports, report);
}

function nextLine() {
  for (;;) {
    const end = rest.indexOf(NEWLINE);
    if (end >= 0) {
      const line = rest.toString('utf8', 0, end);
      rest = rest.subarray(end + 1);
      return line;
    }
    const size = readSync(0, block);
    if (size === 0) return null;
    rest = Buffer.concat([rest, block.subarray(0, size)]);
  }
}
