import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { Engine } from '../engine/api/engine-api.ts';

/** Exit statuses; docs/cli.md describes what each means to a script. */
export const EXIT = { done: 0, runFailed: 1, wrongInput: 2, internal: 3, timedOut: 124, interrupted: 130 } as const;

/** What every command gets. */
export interface CliContext {
  engine: Engine;
  env: NodeJS.ProcessEnv;
  workingDirectory: string;
  /** Writes a line of result to standard output. A closed pipe ends the command quietly. */
  print: (line: string) => void;
  /** Writes bytes of result to standard output and waits until they are accepted. */
  write: (bytes: Uint8Array | string) => Promise<void>;
  /** Writes a message for people to standard error. */
  report: (line: string) => void;
}

/** Ends a command because of something that a person can fix: message and advice are printed, and the exit status is 2. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Returns the value of a result; a problem ends the command with its message. */
export function must<T>(result: Result<T, Problem>): T {
  if (result.ok) return result.value;
  throw new ProblemError(result.error);
}
