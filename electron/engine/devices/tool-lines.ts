import type { Readable } from 'node:stream';
import { LINE_LIMIT } from './limits.ts';

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
