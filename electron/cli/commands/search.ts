import type { Command } from 'commander';
import {
  type RunsSearchHit,
  type RunsSearchResult,
  searchPlace,
  type UnsearchedLog,
} from '../../../shared/contract/queries.ts';
import { bytes, plural } from '../../../shared/format.ts';
import { problem } from '../../../shared/problem.ts';
import { oneLine } from '../../../shared/text-columns.ts';
import { type CliContext, EXIT, must, ProblemError } from '../cli-context.ts';
import { printJson } from '../output.ts';
import { tellUnreadableRuns } from '../unreadable-runs.ts';

interface SearchOptions {
  pipeline?: string;
  source?: string;
  limit?: string;
  from?: string;
  json?: boolean;
}

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 10_000;
/** Logs that could not be searched are named up to so many. */
const UNSEARCHED_SHOWN = 20;

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
    .option(
      '--from <PLACE>',
      'go on where an earlier search ended, as it has said; or begin with this run and older ones',
    )
    .option('--json', 'one JSON object per hit')
    .addHelpText('after', EXAMPLES)
    .action((pattern: string, options: SearchOptions) => search(context(), pattern, options));
}

async function search(context: CliContext, pattern: string, options: SearchOptions): Promise<void> {
  const limit = options.limit === undefined ? DEFAULT_LIMIT : hitLimit(options.limit);
  const { pipeline = null, source = null } = options;
  const sum = { hits: 0, runs: 0, bytes: 0, cut: 0, left: 0 };
  const unsearched: UnsearchedLog[] = [];
  let from = startPlace(options.from);
  do {
    const answer: RunsSearchResult = must(
      await context.engine.searchRuns({ pattern, limit: limit - sum.hits, pipeline, source, from }),
    );
    for (const hit of answer.hits) await (options.json === true ? printJson(context, hit) : printHit(context, hit));
    sum.hits += answer.hits.length;
    sum.runs += answer.runs;
    sum.bytes += answer.bytes;
    sum.cut += answer.cut;
    sum.left = answer.left;
    unsearched.push(...answer.unsearched);
    from = answer.next;
  } while (from !== null && sum.hits < limit);
  await tellUnreadableRuns(context, sum.runs === 0 && sum.hits === 0);
  context.say(
    `drover: ${plural(sum.hits, 'hit')} in ${plural(sum.runs + (isInsideRun(from) ? 1 : 0), 'run')}, ${bytes(sum.bytes)} searched`,
  );
  if (sum.cut > 0) {
    context.say(
      `drover: of ${plural(sum.cut, 'log')} only the first hits are shown; "drover logs RUN SOURCE --grep" has them all`,
    );
  }
  if (from !== null) sayLeft(context, from, sum.left, limit);
  await sayUnsearched(context, unsearched, options.json === true);
}

/** Whether a place to go on at is behind the beginning of its run. */
function isInsideRun(place: string | null): boolean {
  return place?.includes('/') === true;
}

/** What nobody has looked at yet. */
function sayLeft(context: CliContext, from: string, left: number, limit: number): void {
  const older = left > 1 ? ` and ${plural(left - 1, 'older run')}` : '';
  const more = limit < MAX_LIMIT ? `, or "--limit ${Math.min(MAX_LIMIT, limit * 10)}" for more at once` : '';
  context.say(`drover: not searched yet: ${from}${older}; "--from ${from}" goes on there${more}`);
}

/** What was passed over: nobody knows what is in it. */
async function sayUnsearched(context: CliContext, logs: readonly UnsearchedLog[], json: boolean): Promise<void> {
  if (logs.length === 0) return;
  process.exitCode = EXIT.runFailed;
  for (const log of json ? logs : logs.slice(0, UNSEARCHED_SHOWN)) {
    if (json) await printJson(context, { ...log, not_searched: log.reason });
    const place = placeOf(log);
    const behind = log.offset > 0 ? ` behind byte ${log.offset}` : '';
    context.say(`drover: not searched: ${log.run} ${place}${behind}: ${oneLine(log.message)}`);
  }
  const more = logs.length - UNSEARCHED_SHOWN;
  if (!json && more > 0) context.say(`drover: and ${more} more like these; --json names all`);
}

function placeOf({ source, step }: { source: string | null; step: number | null }): string {
  if (source === null) return step === null ? 'its logs' : `logs of step ${step}`;
  return step === null ? source : `step ${step} ${source}`;
}

async function printHit(context: CliContext, { run, source, step, line, text }: RunsSearchHit): Promise<void> {
  context.print(`${run}  ${placeOf({ source, step })}${line === null ? '' : `:${line}`}: ${oneLine(text)}`);
}

function startPlace(text: string | undefined): string | null {
  if (text === undefined) return null;
  const place = searchPlace.safeParse(text);
  if (place.success) return place.data;
  throw new ProblemError(
    problem(
      'invalid-usage',
      `"--from ${text}" is no place to go on at.`,
      'Give the whole id of a run, or what an earlier search said behind "not searched yet".',
    ),
  );
}

function hitLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ProblemError(
    problem('invalid-usage', `"--limit ${text}" is no number of hits.`, `Write a number from 1 to ${MAX_LIMIT}.`),
  );
}
