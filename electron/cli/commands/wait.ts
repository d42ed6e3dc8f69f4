import { type Command, InvalidArgumentError } from 'commander';
import { jsonLine } from '../../../shared/json-line.ts';
import { awaitEnd } from '../await-end.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { exitStatusOf } from '../run-ending.ts';

interface WaitOptions {
  timeout?: number;
  json?: boolean;
}

/** The longest time that a timer of the runtime supports, in seconds: 24 days. */
const LONGEST_TIMEOUT_S = 2_147_483;

const EXAMPLES = `
Examples:
  drover wait last && echo all complete
  drover wait 20261121-0515 --timeout 3600

Exit status: 0 all complete, 1 items or the run failed or it was stopped, 124 not ended in time.`;

/** `drover wait`: returns when a run has ended, with its status. */
export function registerWaitCommand(program: Command, context: () => CliContext): void {
  program
    .command('wait')
    .summary('wait until a run has ended')
    .description('Waits until a run has ended, and ends with its status.')
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .option('--timeout <S>', 'seconds to wait at most; the exit status is 124 then', seconds)
    .option('--json', 'one JSON document at the end')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: WaitOptions) => {
      process.exitCode = await wait(text, options, context());
    });
}

async function wait(text: string, options: WaitOptions, context: CliContext): Promise<number> {
  const { engine, print, report } = context;
  const { run } = must(await engine.findRun({ text, prefer: 'newest' }));
  const status = await awaitEnd(context, run, options.timeout ?? null);
  if (status !== null) {
    if (options.json === true) print(jsonLine({ run, status, timed_out: false }));
    else report(`Run ${run}: ${status}`);
    return exitStatusOf(status);
  }
  const now = must(await engine.runStatus({ run })).status;
  if (options.json === true) print(jsonLine({ run, status: now, timed_out: true }));
  else report(`Run ${run} has not ended after ${options.timeout} s: ${now}`);
  return EXIT.timedOut;
}

function seconds(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= LONGEST_TIMEOUT_S) return value;
  throw new InvalidArgumentError(`Give seconds, from 0 to ${LONGEST_TIMEOUT_S}.`);
}
