import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { connect } from 'node:net';

/** A line of its own that no JSON object can be: EOT, as a terminal ends input. launcher-windows.mjs knows it. */
const END_OF_INPUT = '\u0004';

/** A pipe holds 64 KiB. When a worker does not read, the rest of a line waits this long for the next try. */
const INPUT_RETRY_MS = 10;

/** The capacity of a pipe in Linux unless it was made larger. */
const PIPE_BYTES = 64 * 1024;

/** The engine's end of a queue worker's standard input. */
export interface WorkerInput {
  /** Writes a line. What does not fit now is written when the worker has read. False when the worker cannot be reached. */
  writeLine(line: string): boolean;
  /** Ends the input once everything is written: the worker finishes and exits. */
  end(): void;
  /** Returns whether the last line was never read: a worker that ended cannot have begun it. False where that is unknown. */
  isUnread(): boolean;
  /** Whether something that was written has not reached the worker's side yet. */
  readonly hasUnsent: boolean;
  /** Closes the input at once: the worker is gone, or belongs to another engine. */
  discard(): void;
}

/** How a platform connects to a worker's standard input through its launcher. */
export interface InputKind {
  /**
   * Opens an input without waiting for the other side. Call it only after the launcher has recorded its worker: from then on the input exists.
   * @param askLauncher sends the launcher the signal that means end of input, where there are signals
   */
  open(path: string, askLauncher: () => void): WorkerInput;
  /** Removes what is left of an input whose launcher is gone. A worker that still holds it is not disturbed. */
  remove(path: string): void;
}

/** Returns the kind of input that a platform has: a FIFO, or on Windows a named pipe. */
export function inputKind(platform: NodeJS.Platform = process.platform): InputKind {
  return platform === 'win32' ? pipeInput : fifoInput;
}

/**
 * Standard input through a named pipe that the launcher serves and forwards. End of input is a line, because there are no signals. Not proved on
 * Windows: tried with a socket in place of the pipe.
 */
const pipeInput: InputKind = {
  open(path) {
    let reachable = true;
    const socket = connect(path);
    socket.on('error', () => {
      // The launcher is gone, and with it the worker. Its end is reported elsewhere.
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
      // The content of a Windows pipe cannot be inspected.
      isUnread: () => false,
      discard() {
        socket.destroy();
      },
    };
  },
  remove() {
    // The name of a pipe ends with the process that serves it.
  },
};

/**
 * Standard input through a FIFO that the launcher holds open. The input ends when both engine and launcher close it. The launcher does so on SIGUSR1.
 */
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
 * @returns null when nobody holds it (ENXIO) or it does not exist
 */
function tryOpen(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** Returns an input without a FIFO: the launcher is gone, or the FIFO was removed. The launcher can still be asked for end of input. */
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

/** Removes what nobody has read: a FIFO keeps it as long as somebody holds an end, and we do. Only for a worker that has ended. */
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

/** Returns whether the line is whole: a line is not whole any more when the worker has read its beginning. */
function isWholeLine(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').trim();
  try {
    return text !== '' && typeof JSON.parse(text.slice(text.lastIndexOf('\n') + 1)) === 'object';
  } catch {
    return false;
  }
}

/** Returns how many bytes the pipe took; 0 when it is full (EAGAIN) or nobody reads any more. */
function writeSome(file: number, bytes: Buffer): number {
  try {
    return bytes.length === 0 ? 0 : writeSync(file, bytes);
  } catch {
    return 0;
  }
}
