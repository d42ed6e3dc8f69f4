import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** What a command writes with. */
export interface Output {
  print: (line: string) => void;
  write: (bytes: Uint8Array | string) => Promise<void>;
  say: (line: string) => void;
}

/**
 * Results on standard output, messages on standard error.
 * @param onClosed called once when nobody reads standard output any more; what is written later is dropped
 */
export function createOutput(stdout: Writable, stderr: Writable, onClosed: () => void): Output {
  let closed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosedPipe(error)) throw error;
    if (closed) return;
    closed = true;
    onClosed();
  });
  // A terminal that has gone takes no messages; that alone is no reason to end a run.
  stderr.on('error', () => undefined);
  return {
    print: (line) => {
      if (!closed) stdout.write(`${line}\n`);
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (closed) resolve();
        else stdout.write(bytes, () => resolve());
      }),
    say: (line) => {
      stderr.write(`${line}\n`);
    },
  };
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'EIO' || error.code === 'ERR_STREAM_DESTROYED';
}

/** Writes to standard error in the last moment of a process, when streams may not get their turn any more. */
export function sayLast(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody is there to read it.
  }
}
