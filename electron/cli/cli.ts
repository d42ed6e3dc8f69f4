#!/usr/bin/env node
import { type Problem, problem } from '../../shared/problem.ts';
import { dataHome } from '../engine/data-home.ts';
import type { Engine } from '../engine/engine-api.ts';
import { droverVersion } from '../engine/resources-folder.ts';
import { type CliContext, EXIT, ProblemError } from './cli-context.ts';
import { endAnyway } from './end-anyway.ts';
import { saveMemory } from './frugal-memory.ts';
import { createOutput, sayLast } from './output.ts';
import { makeProgram } from './program.ts';
import { reportError } from './report-error.ts';

// The `drover` command: one engine per process, made when a command runs and closed when it has ended.
const args = process.argv.slice(2);
const home = dataHome(process.env);
let engine: Engine | null = null;

const output = createOutput(process.stdout, process.stderr, () => {
  // Nobody reads the results any more. A run that this process conducts is not lost by that: it goes on to its end.
  if (ownsRuns()) return;
  process.exit(EXIT.done);
});

process.on('uncaughtException', (error) => {
  process.exit(reportError(error, { home, env: process.env, ownsRuns: ownsRuns(), say: sayLast }));
});

await main();

async function main(): Promise<void> {
  try {
    const program = await makeProgram(args, {
      version: droverVersion(),
      prepare,
      context,
      writeOut: (text) => process.stdout.write(text),
      writeError: (text) => process.stderr.write(text),
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
    import('../engine/connection/in-process.ts'),
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
  return { engine, env: process.env, workingDirectory: process.cwd(), ...output };
}

function ownsRuns(): boolean {
  return (engine?.ownedRuns().length ?? 0) > 0;
}
