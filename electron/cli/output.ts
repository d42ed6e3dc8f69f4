import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { jsonLine } from '../../shared/json-line.ts';
import { messageOf } from '../../shared/message-of.ts';
import type { CliContext } from './cli-context.ts';

/** What a command writes with. */
export interface Output {
  print: (line: string) => void;
  write: (bytes: Uint8Array | string) => Promise<void>;
  say: (line: string) => void;
}

/** Why results cannot be written any more: nobody reads them, or the disk (or what else it is) does not take them. */
export type OutputEnd = { kind: 'closed' } | { kind: 'failed'; message: string };

/**
 * Results on standard output, messages on standard error. Neither ever throws: what goes into files is written at once and would else end
 * the command in the middle, and with it a run.
 * @param onEnd called once when standard output takes nothing any more; what is written later is dropped
 */
export function createOutput(stdout: Writable, stderr: Writable, onEnd: (end: OutputEnd) => void): Output {
  let ended = false;
  const end = (error: unknown): void => {
    if (ended) return;
    ended = true;
    onEnd(isClosedPipe(error) ? { kind: 'closed' } : { kind: 'failed', message: messageOf(error) });
  };
  stdout.on('error', end);
  // A terminal that has gone takes no messages; that alone is no reason to end a run.
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
    say: (line) => {
      // A full disk again; there is nobody to be told of it.
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

/** Writes to standard error in the last moment of a process, when streams may not get their turn any more. */
export function sayLast(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody is there to read it.
  }
}

/** Writes one JSON document on one line. */
export async function printJson(context: CliContext, document: unknown): Promise<void> {
  await context.write(`${jsonLine(document)}\n`);
}
