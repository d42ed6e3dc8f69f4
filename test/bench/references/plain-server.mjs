// A server of nearly empty pages, without anything else. Prints its address.
// usage: plain-server.mjs [FILE]   what is appended to the file comes out at /lines
import { spawn } from 'node:child_process';
import { createReadStream, statSync, watch } from 'node:fs';
import { createServer } from 'node:http';

const PAGE = `<!doctype html><title>plain</title><style>body { font: 13px/20px monospace }</style>
<button>Start</button><input><p></p><pre class="xterm-rows"></pre>`;
const [, , file] = process.argv;

const server = createServer((request, response) => {
  if (request.url === '/lines') follow(response);
  else if (request.url === '/start') spawn(process.execPath, ['-e', '0']).once('exit', () => response.end());
  else response.setHeader('content-type', 'text/html').end(PAGE);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`));

function follow(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let sent = statSync(file).size;
  const send = async () => {
    const { size } = statSync(file);
    if (size <= sent) return;
    const piece = createReadStream(file, { start: sent, end: size - 1, encoding: 'latin1' });
    sent = size;
    for await (const text of piece) response.write(`data: ${text.trimEnd().replaceAll('\n', '\ndata: ')}\n\n`);
  };
  const watcher = watch(file, () => void send());
  response.once('close', () => watcher.close());
  response.write(':\n\n');
}
