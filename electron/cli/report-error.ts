import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { messageOf } from '../../shared/message-of.ts';
import type { Environment } from '../engine/files/data-home.ts';
import { makeFolders, PRIVATE_FILE, PRIVATE_FOLDER } from '../engine/files/make-folders.ts';
import { EXIT, ProblemError } from './cli-context.ts';

/** Where errors are reported. */
interface ErrorContext {
  /** The data directory: details of internal errors go to its drover.log. */
  home: string;
  env: Environment;
  /** Whether runs were going on in this process. */
  ownsRuns: boolean;
  report: (line: string) => void;
}

/**
 * Reports to a person why a command ended.
 * @returns the exit status that belongs to it
 */
export function reportError(error: unknown, context: ErrorContext): number {
  if (error instanceof CommanderError) return commanderStatus(error);
  if (error instanceof ProblemError) {
    context.report(`drover: ${error.problem.message}`);
    if (error.problem.advice !== '') context.report(indented(error.problem.advice));
    return EXIT.wrongInput;
  }
  const refusal = refusalOf(error);
  return refusal === null ? reportBug(error, context) : reportRefusal(error, refusal, context);
}

/** Errors with which the system may refuse any call of any program, and what a person can do about them: not bugs. */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: 'Too many files are open in this process: raise the limit (ulimit -n 4096), or use fewer workers.',
  ENFILE: 'Too many files are open on this machine: end programs, or raise fs.file-max.',
  ENOSPC: 'A disk is full: free space there, or set DROVER_HOME to a folder on another disk.',
  EDQUOT: 'Your quota on a disk is used up: free space there, or set DROVER_HOME to a folder on another disk.',
  EROFS: 'The disk is read-only: set DROVER_HOME to a folder that you can write to.',
  EACCES: 'Get the permission, or set DROVER_HOME to a folder of your own.',
  EPERM: 'Get the permission, or set DROVER_HOME to a folder of your own.',
  EAGAIN: 'Too many processes or threads: end some, or raise the limit (ulimit -u).',
  ENOMEM: 'The memory is used up: end programs, or use fewer workers.',
};

/** Returns the advice for an error of the system that is not a bug of ours; null for any other. */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('syscall' in error && 'code' in error) return REFUSALS[String(error.code)] ?? null;
  // Threads that cannot be started and modules that cannot be read name the error in their message only.
  const named = /\b(EMFILE|ENFILE|EAGAIN|ENOMEM)\b/.exec(error.message)?.[1];
  const code = named ?? (/too many open files/i.test(error.message) ? 'EMFILE' : undefined);
  return code === undefined ? null : (REFUSALS[code] ?? null);
}

function reportRefusal(error: unknown, advice: string, context: ErrorContext): number {
  keep(join(context.home, 'drover.log'), stackOf(error));
  context.report(`drover: the system refused a call: ${messageOf(error)}.`);
  context.report(indented(advice));
  if (context.ownsRuns) context.report(indented(WORKERS_GO_ON));
  return EXIT.wrongInput;
}

const WORKERS_GO_ON = 'The workers of the run continue; `drover resume last` takes them over.';

/** Returns the status after a message that Commander has already printed; only requested help is not an error. */
function commanderStatus(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.done : EXIT.wrongInput;
}

function reportBug(error: unknown, context: ErrorContext): number {
  const stack = stackOf(error);
  const log = join(context.home, 'drover.log');
  const kept = keep(log, stack);
  context.report(`drover: internal error: ${messageOf(error)}`);
  const debug = context.env['DROVER_DEBUG'];
  if (debug !== undefined && debug !== '') context.report(stack);
  context.report(indented(kept ? `Details are in ${log}.` : 'Set DROVER_DEBUG=1 and try again for details.'));
  if (context.ownsRuns) context.report(indented(WORKERS_GO_ON));
  return EXIT.internal;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function keep(log: string, stack: string): boolean {
  try {
    makeFolders(join(log, '..'), PRIVATE_FOLDER);
    appendFileSync(log, `${new Date().toISOString()} cli ${process.argv.slice(2).join(' ')}\n${stack}\n`, {
      mode: PRIVATE_FILE,
    });
    return true;
  } catch {
    return false;
  }
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
