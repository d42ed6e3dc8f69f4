import type { Command } from 'commander';
import { bytes, plural } from '../../../shared/format.ts';
import { problem } from '../../../shared/problem.ts';
import { type CliContext, must, ProblemError } from '../cli-context.ts';
import { printJson } from '../output.ts';
import { tableLines } from '../table.ts';
import { reportUnreadableRuns } from '../unreadable-runs.ts';

interface CleanOptions {
  olderThan?: string;
  logsOnly?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const DAYS_PER_UNIT: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7 };
const COLUMNS = [{ heading: 'RUN' }, { heading: 'SIZE', number: true }, { heading: 'DIRECTORY' }];

const EXAMPLES = `
Examples:
  drover clean --older-than 30d --dry-run
  drover clean --older-than 12h --logs-only`;

/** `drover clean`: deletes old runs to free disk space. */
export function registerCleanCommand(program: Command, context: () => CliContext): void {
  program
    .command('clean')
    .summary('delete old runs to free disk space')
    .description('Deletes runs that ended long ago, outputs in their folders included. Active runs are never touched.')
    .option('--older-than <AGE>', 'runs that ended longer ago than this: 30d, 12h or 4w; required')
    .option('--logs-only', 'only logs and archives; summaries, records and outputs stay')
    .option('--dry-run', 'print what would be freed, and free nothing')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: CleanOptions) => clean(context(), options));
}

async function clean(context: CliContext, options: CleanOptions): Promise<void> {
  const request = {
    olderThanDays: ageInDays(options.olderThan),
    logsOnly: options.logsOnly ?? false,
    dryRun: options.dryRun ?? false,
  };
  const result = must(await context.engine.clean(request));
  await reportUnreadableRuns(context, result.runs.length === 0);
  for (const { run, directory, why } of result.unread)
    context.report(`Run ${run} is kept, as it cannot be read: ${why}. It is in ${directory}.`);
  if (options.json === true) return printJson(context, result);
  const rows = result.runs.map((entry) => [entry.run, bytes(entry.bytes), entry.directory]);
  if (rows.length > 0) for (const line of tableLines(COLUMNS, rows)) context.print(line);
  const what = request.logsOnly ? `logs of ${plural(rows.length, 'run')}` : plural(rows.length, 'run');
  context.print(`${what}, ${bytes(result.bytes)} ${result.dryRun ? 'would be freed' : 'freed'}`);
}

/** Returns an age such as `30d` in days; an invalid text ends the command with status 2. */
export function ageInDays(text: string | undefined): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([hdw])$/.exec(text ?? '') ?? [];
  const days = DAYS_PER_UNIT[unit ?? ''];
  if (amount !== undefined && days !== undefined) return Number(amount) * days;
  const message = text === undefined ? 'No age was given.' : `"--older-than ${text}" is not an age.`;
  throw new ProblemError(
    problem('invalid-usage', message, 'Write --older-than with 30d, 12h or 4w (days, hours, weeks).'),
  );
}
