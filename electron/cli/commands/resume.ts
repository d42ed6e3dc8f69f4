import type { Command } from 'commander';
import { type CliContext, must } from '../cli-context.ts';
import { beginOption } from '../launch-options.ts';
import { runAndFollow } from '../run-and-follow.ts';

interface ResumeOptions {
  detach?: boolean;
  overwrite?: boolean;
  whenFree?: string | true;
  share?: boolean;
  plain?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover resume last
  drover resume 20261121-0515 --detach

Items that are complete, with input and parameters unchanged, are not run again. A run that is complete is left alone.`;

/** `drover resume`: goes on with what is not complete. */
export function registerResumeCommand(program: Command, context: () => CliContext): void {
  program
    .command('resume')
    .summary('go on with what is not complete in a run')
    .description('Goes on with what is not complete in a run, whether it was stopped, interrupted or failed.')
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .option('--detach', 'leave the run running by itself')
    .option('--overwrite', 'replace results of other runs where this run writes its own')
    .option('--when-free [N]', 'begin when its devices are free; with N, when any N of them are')
    .option('--share', 'begin now, also on devices that another run uses')
    .option('--plain', 'one line per event instead of bars')
    .option('--json', 'one JSON object per line: the run, its events, its end')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: ResumeOptions) => {
      process.exitCode = await resume(text, options, context());
    });
}

async function resume(text: string, options: ResumeOptions, context: CliContext): Promise<number> {
  const { engine } = context;
  const { run } = must(await engine.findRun({ text, prefer: 'newest' }));
  const { json = false, plain = false, detach = false, overwrite = false } = options;
  return runAndFollow(context, {
    json,
    plain,
    detach,
    start: async () => {
      const resumed = must(await engine.resumeRun({ run, detach, overwrite, begin: beginOption(options) }));
      const why = `Run ${run} is complete already: nothing to do.`;
      const nothingToDo = resumed.alreadyComplete ? { why, status: 'completed' as const } : null;
      return { run, past: resumed.past, nothingToDo };
    },
  });
}
