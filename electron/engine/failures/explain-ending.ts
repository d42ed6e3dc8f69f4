import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Failure, failure } from '../../../shared/failure.ts';
import type { Ending, StopCause } from '../../../shared/worker-state.ts';
import { findSignature } from './signatures.ts';

/** How much of the end of a log is read to find the cause: a Python traceback with its chained causes is a few KiB. */
const CAUSE_BYTES = 64 * 1024;

/** Statuses by which shells and env say that a program could not be run. */
const NOT_FOUND_STATUS = 127;
const NOT_EXECUTABLE_STATUS = 126;

export interface EndingContext extends Ending {
  /** Why we ended it; null when it ended by itself. */
  cause: StopCause | null;
  logPath: string;
  /** Where in the log the item or the start began, bytes. */
  from: number;
}

/** Says why a process that did not succeed ended: what we did to it first, then what its log says, then its status. */
export function explainEnding(context: EndingContext): Failure {
  const byUs = explainStop(context.cause);
  if (byUs !== null) return byUs;
  const sign = findSignature(readEnd(context.logPath, context.from));
  if (sign !== null) return failure(sign.reason, sign.line);
  return explainStatus(context);
}

function explainStop(cause: StopCause | null): Failure | null {
  switch (cause) {
    case null:
    case 'leftover':
      return null;
    case 'timeout':
      return failure('timeout', 'the item took longer than timeout_seconds');
    case 'stalled':
      return failure('stalled', 'no output and no report for longer than stall_timeout_seconds');
    case 'device-lost':
      return failure('device-lost', 'the device vanished');
    case 'run-stopped':
    case 'run-killed':
    case 'engine-ending':
      return failure('killed-by-us', 'the run was stopped');
  }
}

function explainStatus(context: EndingContext): Failure {
  if (context.signal !== null) return failure('signal', `ended by ${context.signal}`);
  if (context.exit_code === null) return failure('lost', 'the process vanished and left no exit status');
  if (context.exit_code === NOT_FOUND_STATUS) return failure('command-not-found', lastLine(context));
  if (context.exit_code === NOT_EXECUTABLE_STATUS) return failure('permission-denied', lastLine(context));
  return failure('exit-code', `exit code ${context.exit_code}; last line: ${lastLine(context)}`);
}

function lastLine(context: EndingContext): string {
  const lines = readEnd(context.logPath, context.from)
    .split(/[\r\n]+/)
    .map((line) => line.trim());
  return lines.findLast((line) => line !== '') ?? 'nothing was printed';
}

function readEnd(path: string, from: number): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const start = Math.max(from, size - CAUSE_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start));
  } finally {
    closeSync(file);
  }
}
