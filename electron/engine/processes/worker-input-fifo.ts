import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';
import { INPUT_RETRY_MS } from './limits.ts';
import type { InputKind, WorkerInput } from './worker-input.ts';

/** Standard input through a FIFO that the launcher holds open. End of input is both of us letting go; the launcher does on SIGUSR1. */
export const fifoInput: InputKind = {
  open(path, askLauncher) {
    const file = tryOpen(path);
    return file === null ? unreachable(askLauncher) : writeTo(file, askLauncher);
  },
  remove(path) {
    for (const name of [path, `${path}.mark`]) {
      try {
        unlinkSync(name);
      } catch {
        // Gone already, or never made.
      }
    }
  },
};

/**
 * Opens without waiting for a reader: a blocking open would hang the event loop.
 * @returns null when nobody holds it (ENXIO) or it is not there
 */
function tryOpen(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** The launcher is gone, or the FIFO was removed under it: then it can still be asked for end of input. */
function unreachable(askLauncher: () => void): WorkerInput {
  return {
    writeLine: () => false,
    end: askLauncher,
    discard() {
      // Nothing was opened.
    },
  };
}

function writeTo(file: number, askLauncher: () => void): WorkerInput {
  let waiting = Buffer.alloc(0);
  let retry: NodeJS.Timeout | undefined;
  let open = true;
  const flush = (): void => {
    retry = undefined;
    waiting = waiting.subarray(writeSome(file, waiting));
    if (waiting.length > 0) retry = setTimeout(flush, INPUT_RETRY_MS);
    else if (!open) closeSync(file);
  };
  return {
    writeLine(line) {
      if (!open) return false;
      waiting = Buffer.concat([waiting, Buffer.from(`${line}\n`)]);
      if (retry === undefined) flush();
      return true;
    },
    end() {
      if (!open) return;
      open = false;
      if (waiting.length === 0) closeSync(file);
      askLauncher();
    },
    discard() {
      clearTimeout(retry);
      waiting = Buffer.alloc(0);
      if (open || retry !== undefined) closeSync(file);
      open = false;
      retry = undefined;
    },
  };
}

/** How many bytes the pipe took; 0 when it is full (EAGAIN) or nobody reads any more. */
function writeSome(file: number, bytes: Buffer): number {
  try {
    return bytes.length === 0 ? 0 : writeSync(file, bytes);
  } catch {
    return 0;
  }
}
