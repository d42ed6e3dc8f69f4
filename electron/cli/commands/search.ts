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
import { reportUnreadableRuns } from '../unreadable-runs.ts';

interface SearchOptions {
  pipeline?: string;
  source?: string;
  limit?: string;
  from?: string;
  json?: boolean;
}

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 10_000;
/** The most logs that are named as not searched. */
const UNSEARCHED_SHOWN = 20;

const EXAMPLES = `
Examples:
  drover search "CUDA out of memory"
  drover search "loss=nan" --pipeline esm2-embedding --source worker_0`;

/** `drover search`: searches the logs of all runs. */
export function registerSearchCommand(program: Command, context: () => CliContext): void {
  program
    .command('search <PATTERN>')
    .summary('search the logs of all runs')
    .description(
      'Searches the logs of all runs for a regular expression, the newest run first. Only the first hits of each log are shown; "drover logs RUN SOURCE --grep" shows them all.',
    )
    .option('--pipeline <P>', 'only runs of this pipeline')
    .option('--source <SOURCE>', 'only logs of this name, such as worker_0 or orchestrator')
    .option('--limit <N>', `the most hits (default: ${DEFAULT_LIMIT})`)
    .option(
      '--from <PLACE>',
      'continue at the place that an earlier search printed; or begin with this run and older ones',
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
  await reportUnreadableRuns(context, sum.runs === 0 && sum.hits === 0);
  context.report(
    `drover: ${plural(sum.hits, 'hit')} in ${plural(sum.runs + (isInsideRun(from) ? 1 : 0), 'run')}, ${bytes(sum.bytes)} searched`,
  );
  if (sum.cut > 0) {
    context.report(
      `drover: only the first hits of ${plural(sum.cut, 'log')} are shown; "drover logs RUN SOURCE --grep" shows them all`,
    );
  }
  if (from !== null) reportRest(context, from, sum.left, limit);
  await reportUnsearched(context, unsearched, options.json === true);
}

/** Whether a place to continue at lies after the beginning of its run. */
function isInsideRun(place: string | null): boolean {
  return place?.includes('/') === true;
}

/** Reports what was not searched yet. */
function reportRest(context: CliContext, from: string, left: number, limit: number): void {
  const older = left > 1 ? ` and ${plural(left - 1, 'older run')}` : '';
  const more = limit < MAX_LIMIT ? `, or "--limit ${Math.min(MAX_LIMIT, limit * 10)}" for more at once` : '';
  context.report(`drover: not searched yet: ${from}${older}; "--from ${from}" continues there${more}`);
}

/** Reports the logs that could not be searched: their content is unknown. */
async function reportUnsearched(context: CliContext, logs: readonly UnsearchedLog[], json: boolean): Promise<void> {
  if (logs.length === 0) return;
  process.exitCode = EXIT.runFailed;
  for (const log of json ? logs : logs.slice(0, UNSEARCHED_SHOWN)) {
    if (json) await printJson(context, { ...log, not_searched: log.reason });
    const place = placeOf(log);
    const behind = log.offset > 0 ? ` after byte ${log.offset}` : '';
    context.report(`drover: not searched: ${log.run} ${place}${behind}: ${oneLine(log.message)}`);
  }
  const more = logs.length - UNSEARCHED_SHOWN;
  if (!json && more > 0) context.report(`drover: and ${more} more like these; --json lists all`);
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
      `"--from ${text}" is not a place to continue at.`,
      'Give the whole id of a run, or what an earlier search printed after "not searched yet".',
    ),
  );
}

function hitLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ProblemError(
    problem('invalid-usage', `"--limit ${text}" is not a number of hits.`, `Write a number from 1 to ${MAX_LIMIT}.`),
  );
}
