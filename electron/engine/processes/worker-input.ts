import { fifoInput } from './worker-input-fifo.ts';
import { pipeInput } from './worker-input-pipe.ts';

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
