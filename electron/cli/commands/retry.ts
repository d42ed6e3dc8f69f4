import type { Command } from 'commander';
import { type CliContext, must } from '../cli-context.ts';
import { beginOption } from '../launch-options.ts';
import { runAndFollow } from '../run-and-follow.ts';

interface RetryOptions {
  item?: string[];
  detach?: boolean;
  overwrite?: boolean;
  whenFree?: string | true;
  share?: boolean;
  plain?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover retry last
  drover retry 20261121-0515 --item broken.fa other.fa`;

/** `drover retry`: failed items again. */
export function registerRetryCommand(program: Command, context: () => CliContext): void {
  program
    .command('retry')
    .summary('run failed items of a run again')
    .description('Runs failed items of a run again; what is complete stays as it is.')
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .option('--item <FILE...>', 'only these failed items, by path or name (default: all failed items)')
    .option('--detach', 'leave the run running by itself')
    .option('--overwrite', 'replace results of other runs where this run writes its own')
    .option('--when-free [N]', 'begin when its devices are free; with N, when any N of them are')
    .option('--share', 'begin now, also on devices that another run uses')
    .option('--plain', 'one line per event instead of bars')
    .option('--json', 'one JSON object per line: the run, its events, its end')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: RetryOptions) => {
      process.exitCode = await retry(text, options, context());
    });
}

async function retry(text: string, options: RetryOptions, context: CliContext): Promise<number> {
  const { engine } = context;
  const { run } = must(await engine.findRun({ text, prefer: 'newest' }));
  const { json = false, plain = false, detach = false, overwrite = false, item: items = [] } = options;
  return runAndFollow(context, {
    json,
    plain,
    detach,
    start: async () => {
      const { retried, past } = must(
        await engine.retryRun({ run, items, detach, overwrite, begin: beginOption(options) }),
      );
      const why = `Run ${run} has no failed items: nothing to do.`;
      return { run, past, nothingToDo: retried > 0 ? null : { why, status: null } };
    },
  });
}
