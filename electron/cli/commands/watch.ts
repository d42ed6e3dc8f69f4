import type { Command } from 'commander';
import { plural } from '../../../shared/format.ts';
import { jsonLine } from '../../../shared/json-line.ts';
import { type CliContext, must } from '../cli-context.ts';
import { followRun } from '../follow-run.ts';
import { exitStatusOf, reportEnding } from '../run-ending.ts';

interface WatchOptions {
  plain?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover watch last
  drover watch 20261121-0515 --json | jq -c 'select(.event == "item-failed")'

Ctrl-C ends the display, not the run. The command ends with the run, and with its status.`;

/** `drover watch`: the live progress of any run. */
export function registerWatchCommand(program: Command, context: () => CliContext): void {
  program
    .command('watch')
    .summary('show the live progress of any run')
    .description('Shows the live progress of any run, whoever started it.')
    .argument('<RUN>', 'a run id, the beginning of one, or last: the newest active run')
    .option('--plain', 'one line per event instead of bars')
    .option('--json', 'one JSON object per line: all events of the run, its end')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: WatchOptions) => {
      process.exitCode = await watch(text, options, context());
    });
}

async function watch(text: string, options: WatchOptions, context: CliContext): Promise<number> {
  const { engine, print, report } = context;
  const { run, directory } = must(await engine.findRun({ text, prefer: 'active' }));
  const { json = false, plain = false } = options;
  if (!json) {
    const { items, status: present } = must(await engine.runStatus({ run }));
    report(`Run ${run} is ${present}: ${items.complete} of ${plural(items.total, 'item')} complete, in ${directory}`);
  }
  const followed = await followRun(context, run, { json, plain, past: null, withPast: true });
  if (json) {
    const summary = await engine.summary({ run });
    print(jsonLine({ event: 'end', status: followed.status, summary: summary.ok ? summary.value.path : null }));
  } else {
    await reportEnding(context, followed);
  }
  return exitStatusOf(followed.status);
}
