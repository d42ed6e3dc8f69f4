import type { Command } from 'commander';
import { jsonLine } from '../../../shared/json-line.ts';
import { isUnderWay, type RunStatus } from '../../../shared/run/run-status.ts';
import { awaitEnd } from '../await-end.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';

interface StopOptions {
  force?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover stop last            the newest active run
  drover stop last --force    kills its workers at once

It returns when the run has ended, and reports a run that is still stopping after a minute.`;

/** Workers get some seconds to end; a process that still exists a minute later hangs in the kernel. */
const LONGEST_STOP_S = 60;

/** `drover stop`: stops a run, whoever started it. */
export function registerStopCommand(program: Command, context: () => CliContext): void {
  program
    .command('stop')
    .summary('stop a run, whoever started it')
    .description('Stops a run, whoever started it. What is complete is kept, and resume goes on later.')
    .argument('<RUN>', 'a run id, the beginning of one, or last: the newest active run')
    .option('--force', 'kill the workers instead of letting them end')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: StopOptions) => {
      process.exitCode = await stop(text, options, context());
    });
}

async function stop(text: string, options: StopOptions, context: CliContext): Promise<number> {
  const { engine, print, report } = context;
  const { run } = must(await engine.findRun({ text, prefer: 'active' }));
  const force = options.force ?? false;
  const asked = must(await engine.stopRun({ run, force, by: 'drover stop' })).status;
  const status = isUnderWay(asked) ? ((await awaitEnd(context, run, LONGEST_STOP_S)) ?? asked) : asked;
  if (options.json === true) print(jsonLine({ run, status }));
  else report(inWords(run, status));
  return EXIT.done;
}

function inWords(run: string, status: RunStatus): string {
  if (isUnderWay(status))
    return `Run ${run} is still stopping after ${LONGEST_STOP_S} s. See its workers with: drover status ${run}`;
  return status === 'stopped' ? `Run ${run} is stopped.` : `Run ${run} has ended already: ${status}.`;
}
