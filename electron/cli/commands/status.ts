import type { Command } from 'commander';
import { oneLine } from '../../../shared/text-columns.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { statusLines } from '../status-lines.ts';

interface StatusOptions {
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover status last
  drover status last --json | jq '.workers[] | {worker, status, exit_code, signal}'`;

/** `drover status`: one run with its steps and workers. */
export function registerStatusCommand(program: Command, context: () => CliContext): void {
  program
    .command('status')
    .summary('show one run: steps, workers, items, rate, what failed')
    .description(
      'Shows one run: its steps, its workers and how they ended, items by state, rate, tokens and failed items.',
    )
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: StatusOptions) => {
      process.exitCode = await status(text, options, context());
    });
}

async function status(text: string, options: StatusOptions, { engine, print }: CliContext): Promise<number> {
  const { run } = must(await engine.findRun({ text, prefer: 'newest' }));
  const document = must(await engine.runStatus({ run }));
  if (options.json === true) {
    print(JSON.stringify(document, null, 2));
    return EXIT.done;
  }
  for (const line of statusLines(document, new Date())) print(line);
  if (document.status === 'queued') for (const line of await queueLines(engine, run)) print(line);
  return EXIT.done;
}

/** The place of a waiting run, and what keeps it from its devices. */
async function queueLines(engine: CliContext['engine'], run: string): Promise<string[]> {
  const { runs } = must(await engine.queue({}));
  const index = runs.findIndex((one) => one.run === run);
  const waits = (runs[index]?.waits ?? []).map((text) => `  ${oneLine(text)}`);
  return index < 0 ? [] : ['', `Place ${index + 1} of ${runs.length} in the queue ("drover queue")`, ...waits];
}
