import type { Command } from 'commander';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { duration, localTime } from '../../../shared/format.ts';
import { jsonLine } from '../../../shared/json-line.ts';
import { takenSeconds } from '../../../shared/run/run-time.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { type Column, tableLines } from '../table.ts';
import { reportUnreadableRuns } from '../unreadable-runs.ts';

interface RunsOptions {
  json?: boolean;
}

const COLUMNS: readonly Column[] = [
  { heading: 'RUN' },
  { heading: 'PIPELINE' },
  { heading: 'STATUS' },
  { heading: 'DONE', number: true },
  { heading: 'FAILED', number: true },
  { heading: 'STARTED' },
  { heading: 'TIME' },
  { heading: 'NAME' },
];

const EXAMPLES = `
Examples:
  drover runs
  drover runs --json | jq -r '.runs[] | select(.status == "interrupted") | .run'`;

/** `drover runs`: past and present runs. */
export function registerRunsCommand(program: Command, context: () => CliContext): void {
  program
    .command('runs')
    .summary('list past and present runs, newest first')
    .description('Lists past and present runs, newest first.')
    .option('--json', 'one JSON document: {"runs": […]}')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RunsOptions) => {
      process.exitCode = await listRuns(options, context());
    });
}

async function listRuns(options: RunsOptions, { engine, print, report }: CliContext): Promise<number> {
  const runs = must(await engine.runs({}));
  const unreadable = await reportUnreadableRuns({ engine, report }, runs.length === 0);
  if (options.json === true) {
    print(jsonLine(unreadable.length === 0 ? { runs } : { runs, unreadable }));
    return EXIT.done;
  }
  if (runs.length === 0) {
    report('There are no runs yet. Start one with `drover demo` or `drover run`.');
    return EXIT.done;
  }
  for (const line of tableLines(COLUMNS, runs.map(runRow))) print(line);
  for (const { run, damage } of runs) if (damage !== null) report(`${run} is damaged: ${damage}`);
  return EXIT.done;
}

function runRow(entry: RunListEntry): string[] {
  const { run, pipeline, status, items, created, name } = entry;
  const { total, complete, failed } = items;
  return [
    run,
    pipeline,
    status,
    `${complete}/${total}`,
    String(failed),
    localTime(created),
    timeTaken(entry),
    name ?? '',
  ];
}

/** Returns the time of a run, so far if it has not ended; unknown for a run that has neither an owner nor an end. */
function timeTaken(entry: RunListEntry): string {
  const { ended, status } = entry;
  if (ended === null && (status === 'interrupted' || status === 'damaged')) return duration(null);
  return duration(takenSeconds(entry, Date.now()));
}
