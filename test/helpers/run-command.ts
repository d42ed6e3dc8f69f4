import { Buffer } from 'node:buffer';
import { Command, CommanderError } from 'commander';
import { type CliContext, EXIT, ProblemError } from '../../electron/cli/cli-context.ts';
import type { Engine } from '../../electron/engine/api/engine-api.ts';
import { createEngine } from '../../electron/engine/engine.ts';

type Register = (program: Command, context: () => CliContext) => void;

/** Where a command runs. */
export interface CommandPlace {
  engine: Engine;
  workingDirectory?: string;
}

/** What a command has written and how it ended. */
export interface CommandOutcome {
  status: number;
  stdout: string;
  stderr: string;
  bytes: Buffer;
}

/** A command under way. */
export interface RunningCommand {
  /** Its standard output so far. */
  stdout: () => string;
  stderr: () => string;
  ended: Promise<CommandOutcome>;
}

/** An engine over a data folder, without anything it could start. */
export function quietEngine(home: string): Engine {
  const headless = [process.execPath, '-e', 'process.exit(9)'] as const;
  return createEngine({ home, env: { PATH: process.env['PATH'] }, headless, commandLine: null });
}

/** Runs one command to its end, in this process, with its words as a person types them. */
export function runCommand(register: Register, words: readonly string[], place: CommandPlace): Promise<CommandOutcome> {
  return startCommand(register, words, place).ended;
}

/** Starts one command in this process. */
export function startCommand(register: Register, words: readonly string[], place: CommandPlace): RunningCommand {
  const out: Buffer[] = [];
  const messages: string[] = [];
  const context: CliContext = {
    engine: place.engine,
    env: {},
    workingDirectory: place.workingDirectory ?? process.cwd(),
    print: (line) => void out.push(Buffer.from(`${line}\n`)),
    write: (bytes) => {
      out.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    report: (line) => void messages.push(line),
  };
  const stdout = (): string => Buffer.concat(out).toString('utf8');
  const stderr = (): string => messages.join('\n');
  const outcome = async (): Promise<CommandOutcome> => {
    const status = await statusOf(register, words, context);
    return { status, stdout: stdout(), stderr: stderr(), bytes: Buffer.concat(out) };
  };
  return { stdout, stderr, ended: outcome() };
}

async function statusOf(register: Register, words: readonly string[], context: CliContext): Promise<number> {
  const program = new Command('drover').exitOverride().configureOutput({ writeErr: context.report });
  register(program, () => context);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongInput;
    if (!(error instanceof ProblemError)) throw error;
    context.report(`${error.problem.message}\n${error.problem.advice}`);
    return EXIT.wrongInput;
  } finally {
    process.exitCode = before;
  }
}
