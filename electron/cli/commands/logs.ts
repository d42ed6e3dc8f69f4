import type { Command } from 'commander';
import { type CliContext, must } from '../cli-context.ts';
import { LineWriter } from '../logs/line-writer.ts';
import { type LogsOptions, logRequest } from '../logs/log-request.ts';
import { printItem } from '../logs/print-item.ts';
import { printSources } from '../logs/print-sources.ts';

const EXAMPLES = `
Examples:
  drover logs last --follow
  drover logs last worker_0 --tail all --grep 'ERROR|Traceback'
  drover logs last --item genome_17.fa --attempt last
  drover logs last orchestrator --step 1 --tail 100
  drover logs last worker_0 --json | jq -r .text

Ctrl-C ends the command, not the run. A pattern without a match is not an error.`;

/** `drover logs RUN [SOURCE]`: shows, follows and searches what workers and components wrote. */
export function registerLogsCommand(program: Command, context: () => CliContext): void {
  program
    .command('logs')
    .summary('show, follow or search the logs of a run')
    .description('Shows the logs of a run: what its workers printed, and what Drover wrote about them.')
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .argument(
      '[SOURCE]',
      'worker_0, worker_1, …, orchestrator, adapter, metrics, validator, run or reconciliation; all workers when left out',
    )
    .option('--step <N>', 'the step, from 1 (default: the last one that has SOURCE)')
    .option('-n, --tail <N>', 'the last N lines of each log, or all (default: 20; all with --grep or --item)')
    .option('-f, --follow', 'keep printing what is appended until the run ends')
    .option('-g, --grep <RE>', 'only lines that match a JavaScript regular expression')
    .option('--item <FILE>', 'only what was printed about one input file: its path, its name or the end of its path')
    .option('--attempt <N|last>', 'with --item: one attempt instead of all')
    .option('--raw', 'the bytes as they are: nothing collapsed, rendered, taken out or prefixed')
    .option('--json', 'one JSON object per line: source, step, offset, line, text')
    .addHelpText('after', EXAMPLES)
    .action((run: string, source: string | undefined, options: LogsOptions) => logs(context(), run, source, options));
}

async function logs(context: CliContext, run: string, source: string | undefined, options: LogsOptions): Promise<void> {
  const request = logRequest(source, options);
  const place = must(await context.engine.findRun({ text: run, prefer: 'newest' }));
  const writer = new LineWriter(context.write);
  const colours = process.stdout.isTTY && (context.env['NO_COLOR'] ?? '') === '';
  const { item } = request;
  const printing = { sink: writer, colours };
  if (item === null) await printSources(context, place, request, printing);
  else await printItem(context, place, { ...request, item }, printing);
  await writer.flush();
}
