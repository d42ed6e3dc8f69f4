import type { CliContext } from './cli-context.ts';
import type { Followed } from './follow-run.ts';
import { runEndingLines } from './run-ending.ts';
import { runLogErrors } from './run-log-errors.ts';

/** Tells a person on standard error how a run ended that was followed. */
export async function tellEnding(context: CliContext, { status, model }: Followed): Promise<void> {
  const { run } = model.state;
  const errors = status === 'failed' ? await runLogErrors(context, run, model.sessionStarted ?? '') : [];
  for (const line of runEndingLines(model, status, errors)) context.say(line);
}
