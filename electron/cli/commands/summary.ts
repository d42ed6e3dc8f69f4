import type { Command } from 'commander';
import { type CliContext, must } from '../cli-context.ts';
import { printJson } from '../output.ts';

const EXAMPLES = `
Examples:
  drover summary last
  drover summary 20261121-0515 > what-was-done.txt`;

/** `drover summary RUN`: the run on one page. */
export function registerSummaryCommand(program: Command, context: () => CliContext): void {
  program
    .command('summary')
    .summary('show the summary of a run')
    .description('Shows the summary of a run: what was requested, how it ended, and what was unusual.')
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .option('--json', 'one JSON document: path and text')
    .addHelpText('after', EXAMPLES)
    .action((run: string, options: { json?: boolean }) => summary(context(), run, options.json ?? false));
}

async function summary(context: CliContext, text: string, json: boolean): Promise<void> {
  const { run } = must(await context.engine.findRun({ text, prefer: 'newest' }));
  const found = must(await context.engine.summary({ run }));
  if (json) return printJson(context, found);
  await context.write(found.text.endsWith('\n') ? found.text : `${found.text}\n`);
}
