import type { Command } from 'commander';
import { type CliContext, must } from '../cli-context.ts';
import { addLaunchOptions, type LaunchOptions, launchRequest } from '../launch-options.ts';
import { runAndFollow } from '../run-and-follow.ts';

interface RunOptions extends LaunchOptions {
  detach?: boolean;
  plain?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover run --pipeline kmer-embedding --input genomes/
  drover run --pipeline kmer-embedding --input "data/*.fasta.gz" more.fa --output results --devices 0,2
  drover run --pipeline ./my-pipeline.json --input data --param batch_size=16 --name "second try"
  drover run --pipeline kmer-embedding --input genomes/ --detach

The first line on standard output is the run id, the last one the path of the summary.
Ctrl-C stops the workers in order, a second Ctrl-C kills them; drover resume goes on later.
Exit status: 0 all complete, 1 items or the run failed, 2 wrong usage or input, 130 interrupted.`;

/** `drover run`: runs a pipeline over files. */
export function registerRunCommand(program: Command, context: () => CliContext): void {
  const command = program
    .command('run')
    .summary('run a pipeline over files on all devices')
    .description('Runs a pipeline over files: balanced over all devices, supervised, logged and resumable.');
  addLaunchOptions(command)
    .option('--detach', 'print the run id once the run is recorded, and leave it running by itself')
    .option('--plain', 'one line per event instead of bars')
    .option('--json', 'one JSON object per line: the run, its events, its end')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RunOptions) => {
      process.exitCode = await launch(options, context());
    });
}

function launch(options: RunOptions, context: CliContext): Promise<number> {
  const request = launchRequest(options, context);
  const detach = options.detach ?? false;
  return runAndFollow(context, {
    json: options.json ?? false,
    plain: options.plain ?? false,
    detach,
    start: async () => {
      const started = must(await context.engine.startRun({ ...request, detach }));
      const { run, left_out: leftOut, notices } = started;
      return { run, past: 0, nothingToDo: null, leftOut, notices };
    },
  });
}
