import { type Command, InvalidArgumentError } from 'commander';
import { type Begin, beginSchema } from '../../../shared/contract/launch.ts';
import type { OwnerPurpose } from '../../engine/launch/headless.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { listenForInterrupts } from '../interrupts.ts';

interface EngineHostOptions {
  run: string;
  purpose: OwnerPurpose;
  item?: string[];
  overwrite?: boolean;
  begin?: Begin;
}

const PURPOSES: readonly OwnerPurpose[] = ['run', 'resume', 'retry', 'adopt'];

/** `drover engine-host`: the headless engine that `--detach` leaves behind. It is not for people, so the help does not list it. */
export function registerEngineHostCommand(program: Command, context: () => CliContext): void {
  program
    .command('engine-host', { hidden: true })
    .description('run an existing run without a terminal')
    .requiredOption('--run <ID>', 'the run’s id')
    .requiredOption('--purpose <WHY>', PURPOSES.join(', '), purpose)
    .option('--item <FILE...>', 'failed items to try again')
    .option('--overwrite', 'replace results of other runs where this run writes its own')
    .option('--begin <JSON>', 'when a run that goes on begins', begin)
    .action(async (options: EngineHostOptions) => {
      process.exitCode = await host(options, context());
    });
}

async function host(options: EngineHostOptions, { engine }: CliContext): Promise<number> {
  const { run } = options;
  const interrupts = listenForInterrupts(({ force, by }) => {
    void engine.stopRun({ run, force, by });
  });
  try {
    const { purpose: why, item: items = [], overwrite = false, begin: when } = options;
    // A second owner is refused with a message: that is not an error of the program.
    must(await engine.ownRun({ run, purpose: why, items, overwrite, begin: when }));
    return interrupts.interrupted() ? EXIT.interrupted : EXIT.done;
  } finally {
    interrupts.dispose();
  }
}

function purpose(text: string): OwnerPurpose {
  const known = PURPOSES.find((one) => one === text);
  if (known !== undefined) return known;
  throw new InvalidArgumentError(`It is one of ${PURPOSES.join(', ')}.`);
}

function begin(text: string): Begin {
  return beginSchema.parse(JSON.parse(text));
}
