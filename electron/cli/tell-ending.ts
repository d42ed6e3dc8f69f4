import { z } from 'zod';
import { plural } from '../../shared/format.ts';
import type { CliContext } from './cli-context.ts';
import type { Followed } from './follow-run.ts';
import { runEndingLines } from './run-ending.ts';
import { runLogErrors } from './run-log-errors.ts';

/** Tells a person on standard error how a run ended that was followed. */
export async function tellEnding(context: CliContext, { status, model }: Followed): Promise<void> {
  const { run } = model.state;
  const errors = status === 'failed' ? await runLogErrors(context, run) : [];
  for (const line of runEndingLines(model, status, errors)) context.say(line);
  const differences = await foundDifferences(context, run);
  if (differences > 0)
    context.say(`  The check found ${plural(differences, 'difference')}: drover logs ${run} reconciliation`);
}

/** What the check at the end of the run said in its last line; 0 also where it was cut short. */
async function foundDifferences({ engine }: CliContext, run: string): Promise<number> {
  const tail = await engine.tailLog({ run, source: 'reconciliation', lines: 1 });
  if (!tail.ok) return 0;
  try {
    return verdictSchema.parse(JSON.parse(new TextDecoder().decode(tail.value.bytes))).fields.differences;
  } catch {
    return 0;
  }
}

const verdictSchema = z.object({ fields: z.object({ differences: z.number() }) });
