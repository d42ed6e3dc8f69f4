import type { Readable } from 'node:stream';

/** Longest line of a tool that is looked at (characters); more without a line end is thrown away. */
const LINE_LIMIT = 64 * 1024;

/** Calls back for each whole line of a tool's output. What grows beyond the limit without a line end is dropped. */
export function onLines(stream: Readable, callback: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LIMIT) rest = '';
    for (const line of lines) callback(line);
  });
}
