/** The time limit of a cost command in milliseconds: it runs once per file, before anything starts, and a longer one hangs. */
const COMMAND_TIMEOUT_MS = 60_000;

/** The largest number of bytes kept of a cost command's output; the answer is one number. */
const COMMAND_OUTPUT_BYTES = 64 * 1024;

/** The result of a cost command, or why there is none. */
export type CommandCost = { cost: number } | { message: string };

/**
 * Runs a cost command for one file; it must print one number, zero or more.
 * @param command program and arguments with everything substituted
 * @throws when the signal is aborted
 */
export async function commandCost(
  command: readonly string[],
  options: { file: string; workingDirectory: string; signal?: AbortSignal | undefined },
): Promise<CommandCost> {
  const [program = '', ...args] = command;
  const { execa } = await import('execa');
  const result = await execa(program, args, {
    cwd: options.workingDirectory,
    stdin: 'ignore',
    reject: false,
    // A process started by the command keeps its output open and would outlive it.
    killDescendants: true,
    timeout: COMMAND_TIMEOUT_MS,
    maxBuffer: COMMAND_OUTPUT_BYTES,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  options.signal?.throwIfAborted();
  if (result.failed) return { message: `The cost command failed for ${options.file}: ${shortReason(result)}` };
  return numberIn(result.stdout, program, options.file);
}

/** Substitutes `{file}` in the arguments of a command; `{{` and `}}` are literal braces. */
export function substituteFile(command: readonly string[], file: string): string[] {
  return command.map((argument) =>
    argument.replace(/\{\{|\}\}|\{file\}/g, (found) => (found === '{file}' ? file : found.charAt(0))),
  );
}

function shortReason({ shortMessage, stderr }: { shortMessage?: string | undefined; stderr: string }): string {
  const lastLine = stderr.trim().split('\n').at(-1) ?? '';
  return lastLine === '' ? (shortMessage ?? 'it failed') : `${shortMessage ?? 'it failed'} (${lastLine.slice(0, 200)})`;
}

function numberIn(text: string, program: string, file: string): CommandCost {
  const answer = text.trim();
  const cost = answer === '' ? NaN : Number(answer);
  if (Number.isFinite(cost) && cost >= 0) return { cost };
  return {
    message: `The cost command ${program} must print one number for ${file}; it printed ${JSON.stringify(answer.slice(0, 80))}.`,
  };
}
