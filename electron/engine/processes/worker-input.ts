import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { connect } from 'node:net';

/** A line of its own that no JSON object can be: EOT, as a terminal ends input. launcher-windows.mjs knows it. */
const END_OF_INPUT = '\u0004';

/** A pipe holds 64 KiB; when a worker does not read, the rest of a line waits this long for the next try. */
const INPUT_RETRY_MS = 10;

/** What a pipe of Linux holds unless it was made larger. */
const PIPE_BYTES = 64 * 1024;

/** The engine's end of a queue worker's standard input. */
export interface WorkerInput {
  /** Writes a line; what does not fit now is written when the worker has read. False when the worker cannot be reached. */
  writeLine(line: string): boolean;
  /** End of input once everything is written: the worker finishes and exits. */
  end(): void;
  /** Whether the last line was never read: a worker that ended cannot have begun it. False where that cannot be told. */
  isUnread(): boolean;
  /** Whether something that was written has not reached the worker's side yet. */
  readonly hasUnsent: boolean;
  /** Lets go at once: the worker is gone, or another engine's. */
  discard(): void;
}

/** How a platform reaches a worker's standard input through its launcher. */
export interface InputKind {
  /**
   * Opens an input without waiting for the other side. Call it only after the launcher has recorded its worker: from then on it is there.
   * @param askLauncher sends the launcher the signal that means end of input, where there are signals
   */
  open(path: string, askLauncher: () => void): WorkerInput;
  /** Removes what is left of an input whose launcher is gone; a worker that still holds it is not disturbed. */
  remove(path: string): void;
}

/** The kind of input that a platform has: a FIFO, or on Windows a named pipe. */
export function inputKind(platform: NodeJS.Platform = process.platform): InputKind {
  return platform === 'win32' ? pipeInput : fifoInput;
}

/**
 * Standard input through a named pipe that the launcher serves and forwards; it takes end of input as a line, as there are no signals.
 * Not proved on Windows: tried with a socket in the place of the pipe.
 */
const pipeInput: InputKind = {
  open(path) {
    let reachable = true;
    const socket = connect(path);
    socket.on('error', () => {
      // The launcher is gone, and with it the worker: its end tells.
      reachable = false;
    });
    return {
      get hasUnsent() {
        return reachable && socket.writableLength > 0;
      },
      writeLine(line) {
        if (!reachable || socket.writableEnded) return false;
        socket.write(`${line}\n`);
        return true;
      },
      end() {
        if (!socket.writableEnded) socket.end(`${END_OF_INPUT}\n`);
      },
      // What a pipe of Windows still holds cannot be looked at.
      isUnread: () => false,
      discard() {
        socket.destroy();
      },
    };
  },
  remove() {
    // The name of a pipe goes with the process that serves it.
  },
};

/** Standard input through a FIFO that the launcher holds open. End of input is both of us letting go; the launcher does on SIGUSR1. */
const fifoInput: InputKind = {
  open(path, askLauncher) {
    const file = tryOpen(path);
    return file === null ? unreachable(askLauncher) : writeTo(path, file, askLauncher);
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
    hasUnsent: false,
    writeLine: () => false,
    end: askLauncher,
    isUnread: () => false,
    discard() {
      // Nothing was opened.
    },
  };
}

function writeTo(path: string, file: number, askLauncher: () => void): WorkerInput {
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
    get hasUnsent() {
      return waiting.length > 0;
    },
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
    isUnread() {
      return open && isWholeLine(Buffer.concat([drain(path), waiting]));
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

/**
 * Takes out what nobody has read: a FIFO keeps it as long as somebody holds an end, which we do. Only for a worker that has ended.
 */
function drain(path: string): Buffer {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const piece = Buffer.alloc(PIPE_BYTES);
    return piece.subarray(0, readSync(file, piece));
  } catch {
    // Empty (EAGAIN), or removed.
    return Buffer.alloc(0);
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** A line of which the worker has read the beginning is not whole any more. */
function isWholeLine(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').trim();
  try {
    return text !== '' && typeof JSON.parse(text.slice(text.lastIndexOf('\n') + 1)) === 'object';
  } catch {
    return false;
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
