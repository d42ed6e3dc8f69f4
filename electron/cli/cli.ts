#!/usr/bin/env node
import { type Problem, problem } from '../../shared/problem.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { dataHome, workingFolder } from '../engine/files/data-home.ts';
import { droverVersion } from '../engine/files/resources-folder.ts';
import { type CliContext, EXIT, ProblemError } from './cli-context.ts';
import { endAnyway } from './end-anyway.ts';
import { saveMemory } from './frugal-memory.ts';
import { createOutput, sayLast } from './output.ts';
import { makeProgram } from './program.ts';
import { reportError } from './report-error.ts';

// The `drover` command: one engine per process, made when a command runs and closed when it has ended.
const args = process.argv.slice(2);
const home = findHome();
let engine: Engine | null = null;
/** Set when results could not be written: the command has then not done what was asked. */
let outputFailed = false;
/** Whether a run went on then: its own end is what counts. */
let conducted = false;

/** What a command still has to say after its results could not be written (ms). */
const LAST_WORDS_MS = 1_000;

const output = createOutput(process.stdout, process.stderr, (end) => {
  if (end.kind === 'failed') tellOutputFailed(end.message);
  // Nobody gets the results any more. A run that this process conducts is not lost by that: it goes on to its end.
  if (ownsRuns()) return;
  if (end.kind === 'closed') process.exit(EXIT.done);
  setTimeout(() => process.exit(EXIT.wrongInput), LAST_WORDS_MS).unref();
});

process.on('uncaughtException', (error) => {
  process.exit(reportError(error, { home, env: process.env, ownsRuns: ownsRuns(), say: sayLast }));
});

// What was written last is refused after everything else is done.
process.on('exit', () => {
  if (outputFailed && !conducted) process.exitCode = EXIT.wrongInput;
});

await main();

async function main(): Promise<void> {
  try {
    const program = await makeProgram(args, {
      version: droverVersion(),
      prepare,
      context,
      writeOut: (text) => void output.write(text),
      writeError: (text) => output.say(text.replace(/\n$/, '')),
    });
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error, { home, env: process.env, ownsRuns: ownsRuns(), say: output.say });
    // A command that broke while it conducted a run must not look like one that still does.
    if (ownsRuns()) process.exit();
  } finally {
    await engine?.close();
    // What a background engine says stands in drover.log; nobody else needs to know.
    endAnyway((sentence) => void (args[0] === 'engine-host' && process.stderr.write(`drover: ${sentence}\n`)));
  }
}

/** The engine's code is loaded when a command runs: help and wrong usage need none of it. */
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
        // What is launched from the page is launched by nobody's command line.
        onWaiting: (sentence) => output.say(`drover: ${sentence}`),
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
  if (engine === null) throw new Error('A command ran before the engine was there');
  return {
    engine,
    env: process.env,
    // Asked for only where a command needs it: in a folder that was deleted the others work.
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
      'The folder that this command was started in is not there any more.',
      'Change into a folder that is there (cd), and try again.',
    ),
  );
}

/** A relative DROVER_HOME has no meaning where the working folder was deleted, and some users of containers have no home. */
function findHome(): string {
  try {
    return dataHome(process.env);
  } catch {
    if ((process.env['DROVER_HOME'] ?? '') === '') {
      sayLast('drover: The system knows no home folder of this user, so there is no place for the data folder.');
      sayLast('  Set DROVER_HOME to a folder that you can write to.');
      process.exit(EXIT.wrongInput);
    }
    sayLast('drover: DROVER_HOME is relative, and the folder that this command was started in is not there any more.');
    sayLast('  Change into a folder that is there (cd), or make DROVER_HOME absolute.');
    process.exit(EXIT.wrongInput);
  }
}

function tellOutputFailed(message: string): void {
  outputFailed = true;
  conducted = ownsRuns();
  output.say(`drover: standard output cannot be written: ${message}.`);
  output.say(
    conducted
      ? '  The run goes on. See it with drover status last, or drover watch last.'
      : '  What would have stood there is lost: free space, or send it elsewhere, and try again.',
  );
}

function ownsRuns(): boolean {
  return (engine?.ownedRuns().length ?? 0) > 0;
}
