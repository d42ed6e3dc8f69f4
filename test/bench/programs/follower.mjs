// Follows a file that line-writer.mjs writes, until its end, and prints a JSON array: for each piece received the milliseconds since its
// oldest whole line was written.
// usage: follower.mjs FILE drover|tail
import { spawn } from 'node:child_process';
import { followFile } from '../../../electron/engine/logs/follow-file.ts';

const NEWLINE = 10;
const [, , file, how] = process.argv;
const latencies = [];
let wasWhole = true;

if (how === 'tail') followByTail();
else followByEngine();

function followByEngine() {
  const follower = followFile(file, {
    onBytes: ({ bytes }) => {
      if (take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))) void follower.stop().then(tell);
    },
  });
}

function followByTail() {
  const tail = spawn('tail', ['-n', '+1', '-F', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  tail.stdout.on('data', (bytes) => {
    if (!take(bytes)) return;
    tail.once('close', tell);
    tail.kill();
  });
}

/** Notes how old the piece is. @returns whether it is the last one */
function take(bytes) {
  const now = process.hrtime.bigint();
  const start = wasWhole ? 0 : bytes.indexOf(NEWLINE) + 1;
  const end = bytes.indexOf(NEWLINE, start);
  wasWhole = bytes.at(-1) === NEWLINE;
  const line = bytes.toString('latin1', start, Math.max(start, end));
  const written = /^(\d+)\.+$/.exec(line);
  if (written !== null) latencies.push(Number(now - BigInt(written[1])) / 1e6);
  return bytes.subarray(-4).toString('latin1') === 'END\n';
}

function tell() {
  process.stdout.write(`${JSON.stringify(latencies)}\n`);
}
