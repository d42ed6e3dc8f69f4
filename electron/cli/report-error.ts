import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import type { Environment } from '../engine/data-home.ts';
import { makeFolders } from '../engine/disk/make-folders.ts';
import { EXIT, ProblemError } from './cli-context.ts';

/** Where errors are told. */
interface ErrorReport {
  /** The data directory: details of internal errors go to its drover.log. */
  home: string;
  env: Environment;
  /** Whether runs were going on in this process. */
  ownsRuns: boolean;
  say: (line: string) => void;
}

/**
 * Tells a person why a command ended.
 * @returns the exit status that belongs to it
 */
export function reportError(error: unknown, report: ErrorReport): number {
  if (error instanceof CommanderError) return commanderStatus(error);
  if (error instanceof ProblemError) {
    report.say(`drover: ${error.problem.message}`);
    if (error.problem.advice !== '') report.say(indented(error.problem.advice));
    return EXIT.wrongInput;
  }
  return reportBug(error, report);
}

/** Commander has printed its message already; only the help that was asked for is no error. */
function commanderStatus(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.done : EXIT.wrongInput;
}

function reportBug(error: unknown, report: ErrorReport): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const log = join(report.home, 'drover.log');
  const kept = keep(log, stack);
  report.say(`drover: internal error: ${error instanceof Error ? error.message : String(error)}`);
  const debug = report.env['DROVER_DEBUG'];
  if (debug !== undefined && debug !== '') report.say(stack);
  report.say(indented(kept ? `Details are in ${log}.` : 'Set DROVER_DEBUG=1 and try again for details.'));
  if (report.ownsRuns) report.say(indented('The workers of the run go on; `drover resume last` takes them over.'));
  return EXIT.internal;
}

function keep(log: string, stack: string): boolean {
  try {
    makeFolders(join(log, '..'));
    appendFileSync(log, `${new Date().toISOString()} cli ${process.argv.slice(2).join(' ')}\n${stack}\n`);
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
