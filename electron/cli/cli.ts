#!/usr/bin/env node
import { type Problem, problem } from '../../shared/problem.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { dataHome, workingFolder } from '../engine/files/data-home.ts';
import { droverVersion } from '../engine/files/resources-folder.ts';
import { type CliContext, EXIT, ProblemError } from './cli-context.ts';
import { endAnyway } from './end-anyway.ts';
import { saveMemory } from './frugal-memory.ts';
import { createOutput, reportSync } from './output.ts';
import { makeProgram } from './program.ts';
import { reportError } from './report-error.ts';

// The `drover` command: one engine per process, created when a command runs and closed when it has ended.
const args = process.argv.slice(2);
const home = findHome();
let engine: Engine | null = null;
/** Set when results could not be written: the command has then not done what was asked. */
let outputFailed = false;
/** Whether this process owned a run at that moment: then the exit status is that of the run. */
let ownedRun = false;

/** Time for the last messages of a command whose results could not be written (ms). */
const LAST_MESSAGES_MS = 1_000;

const output = createOutput(process.stdout, process.stderr, (end) => {
  if (end.kind === 'failed') reportOutputFailure(end.message);
  // Nobody reads the results any more. A run that this process owns still continues to its end.
  if (ownsRuns()) return;
  if (end.kind === 'closed') process.exit(EXIT.done);
  setTimeout(() => process.exit(EXIT.wrongInput), LAST_MESSAGES_MS).unref();
});

process.on('uncaughtException', (error) => {
  process.exit(reportError(error, { home, env: process.env, ownsRuns: ownsRuns(), report: reportSync }));
});

// The last write may fail after everything else is done.
process.on('exit', () => {
  if (outputFailed && !ownedRun) process.exitCode = EXIT.wrongInput;
});

await main();

async function main(): Promise<void> {
  try {
    const program = await makeProgram(args, {
      version: droverVersion(),
      prepare,
      context,
      writeOut: (text) => void output.write(text),
      writeError: (text) => output.report(text.replace(/\n$/, '')),
    });
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error, { home, env: process.env, ownsRuns: ownsRuns(), report: output.report });
    // A command that failed while it owned a run must not look like one that still runs it.
    if (ownsRuns()) process.exit();
  } finally {
    await engine?.close();
    // The output of a background engine goes to drover.log; for other commands this message has no reader.
    endAnyway((sentence) => void (args[0] === 'engine-host' && process.stderr.write(`drover: ${sentence}\n`)));
  }
}

/** Loads the engine's code when a command runs: help and wrong usage need none of it. */
async function prepare(): Promise<void> {
  saveMemory();
  const [{ createEngine }, { connectInProcess }] = await Promise.all([
    import('../engine/engine.ts'),
    import('../engine/api/in-process.ts'),
  ]);
  try {
    engine = connectInProcess(
      createEngine({
        home,
        env: process.env,
        headless: [process.execPath, import.meta.filename],
        // Runs that are launched from the page have no command line.
        onWaiting: (sentence) => output.report(`drover: ${sentence}`),
        commandLine: args[0] === 'serve' ? null : args,
      }),
    );
  } catch (error) {
    throw isSystemError(error) ? new ProblemError(unusableHome(error)) : error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function unusableHome(error: Error): Problem {
  return problem(
    'data-folder',
    `The data directory ${home} cannot be used: ${error.message}.`,
    'Set DROVER_HOME to a folder that you can write to.',
  );
}

function context(): CliContext {
  if (engine === null) throw new Error('A command ran before the engine was created');
  return {
    engine,
    env: process.env,
    // Read only where a command needs it: the other commands work in a deleted folder too.
    get workingDirectory() {
      return workingFolder() ?? noWorkingFolder();
    },
    ...output,
  };
}

function noWorkingFolder(): never {
  throw new ProblemError(
    problem(
      'invalid-usage',
      'The folder that this command was started in no longer exists.',
      'Change into an existing folder (cd), and try again.',
    ),
  );
}

/** Returns the data directory. A relative DROVER_HOME is useless in a deleted working folder, and some container users have no home. */
function findHome(): string {
  try {
    return dataHome(process.env);
  } catch {
    if ((process.env['DROVER_HOME'] ?? '') === '') {
      reportSync('drover: This user has no home folder, so there is no place for the data directory.');
      reportSync('  Set DROVER_HOME to a folder that you can write to.');
      process.exit(EXIT.wrongInput);
    }
    reportSync('drover: DROVER_HOME is relative, and the folder that this command was started in no longer exists.');
    reportSync('  Change into an existing folder (cd), or make DROVER_HOME absolute.');
    process.exit(EXIT.wrongInput);
  }
}

function reportOutputFailure(message: string): void {
  outputFailed = true;
  ownedRun = ownsRuns();
  output.report(`drover: standard output cannot be written: ${message}.`);
  output.report(
    ownedRun
      ? '  The run continues. See it with drover status last, or drover watch last.'
      : '  The rest of the output is lost: free space, or send it elsewhere, and try again.',
  );
}

function ownsRuns(): boolean {
  return (engine?.ownedRuns().length ?? 0) > 0;
}
