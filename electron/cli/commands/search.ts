import type { Command } from 'commander';
import type { RunsSearchHit, RunsSearchResult } from '../../../shared/contract/queries.ts';
import { problem } from '../../../shared/problem.ts';
import { bytes, plural } from '../../engine/records/summary-format.ts';
import { oneLine } from '../../engine/records/text-columns.ts';
import { type CliContext, must, ProblemError } from '../cli-context.ts';
import { printJson } from '../print-json.ts';
import { tellUnreadableRuns } from '../unreadable-runs.ts';

interface SearchOptions {
  pipeline?: string;
  source?: string;
  limit?: string;
  json?: boolean;
}

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 10_000;

const EXAMPLES = `
Examples:
  drover search "CUDA out of memory"
  drover search "loss=nan" --pipeline esm2-embedding --source worker_0`;

/** `drover search`: text in the logs of all runs. */
export function registerSearchCommand(program: Command, context: () => CliContext): void {
  program
    .command('search <PATTERN>')
    .summary('search the logs of all runs')
    .description(
      'Searches the logs of all runs for a regular expression, the newest run first. Of one log the first hits are shown; "drover logs RUN SOURCE --grep" has them all.',
    )
    .option('--pipeline <P>', 'only runs of this pipeline')
    .option('--source <SOURCE>', 'only logs of this name, such as worker_0 or orchestrator')
    .option('--limit <N>', `the most hits (default: ${DEFAULT_LIMIT})`)
    .option('--json', 'one JSON object per hit')
    .addHelpText('after', EXAMPLES)
    .action((pattern: string, options: SearchOptions) => search(context(), pattern, options));
}

async function search(context: CliContext, pattern: string, options: SearchOptions): Promise<void> {
  const limit = options.limit === undefined ? DEFAULT_LIMIT : hitLimit(options.limit);
  const { pipeline = null, source = null } = options;
  let found = 0;
  let runs = 0;
  let read = 0;
  for (let from: string | null = null; ; ) {
    const answer: RunsSearchResult = must(
      await context.engine.searchRuns({ pattern, limit: limit - found, pipeline, source, from }),
    );
    for (const hit of answer.hits) await (options.json === true ? printJson(context, hit) : printHit(context, hit));
    found += answer.hits.length;
    runs += answer.runs;
    read += answer.bytes;
    from = answer.next;
    if (from === null || found >= limit) break;
  }
  await tellUnreadableRuns(context, runs === 0);
  const more = found >= limit ? `; --limit ${limit * 10} shows more` : '';
  context.say(`drover: ${plural(found, 'hit')} in ${plural(runs, 'run')}, ${bytes(read)} searched${more}`);
}

async function printHit(context: CliContext, { run, source, step, line, text }: RunsSearchHit): Promise<void> {
  const place = step === null ? source : `step ${step} ${source}`;
  context.print(`${run}  ${place}${line === null ? '' : `:${line}`}: ${oneLine(text)}`);
}

function hitLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ProblemError(
    problem('invalid-usage', `"--limit ${text}" is no number of hits.`, `Write a number from 1 to ${MAX_LIMIT}.`),
  );
}
