import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { jsonLine } from '../../shared/json-line.ts';
import { messageOf } from '../../shared/message-of.ts';
import type { CliContext } from './cli-context.ts';

/** The functions with which a command writes. */
export interface Output {
  print: (line: string) => void;
  write: (bytes: Uint8Array | string) => Promise<void>;
  report: (line: string) => void;
}

/** Why results cannot be written any more: the reader has gone, or writing fails, for example on a full disk. */
export type OutputEnd = { kind: 'closed' } | { kind: 'failed'; message: string };

/**
 * Writes results to standard output and messages to standard error. Neither ever throws: writes to files are synchronous, so an exception
 * would end the command in the middle, and its run with it.
 * @param onEnd called once when standard output cannot be written any more; later writes are dropped
 */
export function createOutput(stdout: Writable, stderr: Writable, onEnd: (end: OutputEnd) => void): Output {
  let ended = false;
  const end = (error: unknown): void => {
    if (ended) return;
    ended = true;
    onEnd(isClosedPipe(error) ? { kind: 'closed' } : { kind: 'failed', message: messageOf(error) });
  };
  stdout.on('error', end);
  // A closed terminal accepts no messages; that alone is no reason to end a run.
  stderr.on('error', () => undefined);
  return {
    print: (line) => {
      if (!ended) trying(() => stdout.write(`${line}\n`), end);
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (ended) return resolve();
        trying(
          () => stdout.write(bytes, () => resolve()),
          (error) => {
            end(error);
            resolve();
          },
        );
      }),
    report: (line) => {
      // A full disk again; it cannot be reported anywhere.
      trying(
        () => stderr.write(`${line}\n`),
        () => undefined,
      );
    },
  };
}

function trying(work: () => void, onError: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    onError(error);
  }
}

function isClosedPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EPIPE' || code === 'EIO' || code === 'ERR_STREAM_DESTROYED';
}

/** Writes to standard error at the end of a process, when streams may not be flushed any more. */
export function reportSync(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nothing can be written any more.
  }
}

/** Writes one JSON document on one line. */
export async function printJson(context: CliContext, document: unknown): Promise<void> {
  await context.write(`${jsonLine(document)}\n`);
}
