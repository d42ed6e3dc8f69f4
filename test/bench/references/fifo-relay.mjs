// Hands items to stamp workers over FIFOs: reads their reports from one and writes the next item into another, and does nothing else.
// usage: fifo-relay.mjs FOLDER WORKERS PAUSE_MS ITEMS   the workers write their times to FOLDER/times.<rank>
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

const NEWLINE = 10;
const [, , folder, workers, pauseMs, items] = process.argv;
const worker = join(import.meta.dirname, '../programs/stamp-worker.mjs');
let left = Number(items);
await Promise.all(Array.from({ length: Number(workers) }, (_, rank) => serve(rank)));

async function serve(rank) {
  const [reports, input] = [join(folder, `reports.${rank}`), join(folder, `items.${rank}`)];
  execFileSync('mkfifo', [reports, input]);
  const reader = new Socket({ fd: openSync(reports, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
  // Open for both, so that opening waits for nobody; the worker's own end is one for reading.
  const itemsFd = openSync(input, constants.O_RDWR);
  const env = { ...process.env, RANK: String(rank), DROVER_REPORT_FILE: reports };
  const child = spawn(process.execPath, [worker, pauseMs, join(folder, 'times')], {
    env,
    stdio: [openSync(input, 'r'), 'ignore', 'inherit'],
  });
  const next = () => {
    left -= 1;
    if (left < 0) child.kill();
    else writeSync(itemsFd, `{"file":"${left}"}\n`);
  };
  reader.on('data', (bytes) => {
    if (bytes.at(-1) === NEWLINE) next();
  });
  next();
  await once(child, 'exit');
  reader.destroy();
}
