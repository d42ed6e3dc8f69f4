import { join } from 'node:path';
import type { Command } from 'commander';
import { resourcesFolder } from '../../engine/files/resources-folder.ts';
import { type CliContext, must } from '../cli-context.ts';
import { runAndFollow } from '../run-and-follow.ts';

interface DemoOptions {
  devices?: string;
  plain?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover demo
  drover demo --devices cpu:2 --plain

It needs no GPU, no Python and no download.`;

/** `drover demo`: the bundled pipeline over the bundled samples. */
export function registerDemoCommand(program: Command, context: () => CliContext): void {
  program
    .command('demo')
    .summary('run the bundled pipeline over the bundled sample files')
    .description('Runs the bundled pipeline over the bundled sample files on all devices found.')
    .option('-d, --devices <D>', 'as for drover run (default: all)')
    .option('--plain', 'one line per event instead of bars')
    .option('--json', 'one JSON object per line: the run, its events, its end')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      process.exitCode = await demo(options, context());
    });
}

function demo(options: DemoOptions, context: CliContext): Promise<number> {
  const { engine } = context;
  return runAndFollow(context, {
    json: options.json ?? false,
    plain: options.plain ?? false,
    detach: false,
    start: async () => {
      const started = await engine.startRun({
        pipeline: 'kmer-embedding',
        // The pipeline's patterns pick the sequence files out of the folder.
        inputs: [join(resourcesFolder(), 'samples')],
        ...(options.devices === undefined ? {} : { devices: options.devices }),
        parameters: {},
        name: 'demo',
        overwrite: false,
        skipInvalid: false,
        workingDirectory: resourcesFolder(),
        detach: false,
      });
      const { run, notices } = must(started);
      return { run, past: 0, nothingToDo: null, notices };
    },
  });
}
