import type { Command } from 'commander';
import { plural } from '../../../shared/format.ts';
import { leftOutText } from '../../engine/records/reconcile/left-out.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { differenceLine } from '../difference-line.ts';
import { printJson } from '../output.ts';

const EXAMPLES = `
Examples:
  drover reconcile last && echo everything agrees

Exit status: 0 everything agrees, 1 something differs.`;

/** `drover reconcile RUN`: checks items, outputs and tokens once more. */
export function registerReconcileCommand(program: Command, context: () => CliContext): void {
  program
    .command('reconcile')
    .summary('check items, outputs and tokens of a run again')
    .description('Checks items, outputs and token totals of a run against what its workers reported.')
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((run: string, options: { json?: boolean }) => reconcile(context(), run, options.json ?? false));
}

async function reconcile(context: CliContext, text: string, json: boolean): Promise<void> {
  const { run } = must(await context.engine.findRun({ text, prefer: 'newest' }));
  const result = must(await context.engine.reconcile({ run }));
  if (!result.agreed) process.exitCode = EXIT.runFailed;
  if (json) return printJson(context, result);
  const verdict = result.agreed ? 'agreed' : `differs in ${plural(result.differences.length, 'point')}`;
  context.print(`${run}: ${verdict} (checked in ${plural(result.rounds, 'round')})`);
  for (const difference of result.differences) context.print(differenceLine(difference));
  for (const left of result.left_out ?? []) context.print(`  ${leftOutText(left)}`);
}
