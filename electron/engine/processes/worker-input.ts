import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';
import { INPUT_RETRY_MS } from './limits.ts';

/** The engine's end of a queue worker's standard input. */
export interface WorkerInput {
  /** Writes a line; what does not fit into the pipe now is written when the worker has read. */
  writeLine(line: string): void;
  /** Lets go of our end once everything is written; the launcher's end is closed by SIGUSR1. */
  close(): void;
  /** Lets go at once: the worker is gone. */
  discard(): void;
}

/**
 * Opens a FIFO for writing, without waiting for a reader: a blocking open would hang the event loop.
 * Call it only after the launcher has recorded its worker, as the launcher holds the FIFO open from then on.
 * @returns null when nobody holds it (ENXIO) or it is not there: the launcher is gone
 */
export function openWorkerInput(path: string): WorkerInput | null {
  const file = tryOpen(path);
  if (file === null) return null;
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
      if (!open) return;
      waiting = Buffer.concat([waiting, Buffer.from(`${line}\n`)]);
      if (retry === undefined) flush();
    },
    close() {
      if (!open) return;
      open = false;
      if (waiting.length === 0) closeSync(file);
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

/** Removes a FIFO and the mark of its launcher; a worker that still holds it is not disturbed. */
export function removeFifo(path: string): void {
  for (const name of [path, `${path}.mark`]) {
    try {
      unlinkSync(name);
    } catch {
      // Gone already, or never made.
    }
  }
}

function tryOpen(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** How many bytes the pipe took; 0 when it is full (EAGAIN) or nobody reads any more. */
function writeSome(file: number, bytes: Buffer): number {
  try {
    return bytes.length === 0 ? 0 : writeSync(file, bytes);
  } catch {
    return 0;
  }
}
