import type { Command } from 'commander';
import type { QueryCell, QueryResult } from '../../../shared/contract/queries.ts';
import { didYouMean } from '../../../shared/did-you-mean.ts';
import { plural, rounded } from '../../../shared/format.ts';
import { problem } from '../../../shared/problem.ts';
import { QUERY_EXAMPLES } from '../../../shared/query-examples.ts';
import { toCsv } from '../../../shared/to-csv.ts';
import { type CliContext, must, ProblemError } from '../cli-context.ts';
import { printJson } from '../output.ts';
import { tableLines, UNKNOWN } from '../table.ts';
import { reportUnreadableRuns } from '../unreadable-runs.ts';

interface QueryOptions {
  example?: string;
  examples?: boolean;
  tables?: boolean;
  csv?: boolean;
  json?: boolean;
  limit?: string;
  rebuild?: boolean;
}

/** The default limit of rows in a terminal. */
const SHOWN_ROWS = 200;
const ALL_ROWS = 1_000_000;

const EXAMPLES = `
Examples:
  drover query --example slowest-items
  drover query "select pipeline, status, count(*) from runs group by 1, 2"
  drover query "select file, seconds from items where run like '20261121%'" --csv > items.csv`;

/** `drover query`: questions in SQL over all runs. */
export function registerQueryCommand(program: Command, context: () => CliContext): void {
  program
    .command('query [SQL]')
    .summary('ask questions in SQL over all runs')
    .description(
      'Answers a SELECT over the tables runs, steps, workers, items, samples, devices, problems and tokens of all runs. The index is built from the run folders and kept up to date automatically.',
    )
    .option('--example <NAME>', 'a ready-made question instead of SQL')
    .option('--examples', 'list the ready-made questions')
    .option('--tables', 'list the tables and their columns')
    .option('--csv', 'comma-separated values with a heading, every row')
    .option('--json', 'one JSON document, every row as an object')
    .option('--limit <N>', `the most rows; by default ${SHOWN_ROWS} in a table, otherwise all`)
    .option('--rebuild', 'rebuild the index from the run folders first')
    .addHelpText('after', EXAMPLES)
    .action((sql: string | undefined, options: QueryOptions) => query(context(), sql, options));
}

async function query(context: CliContext, sql: string | undefined, options: QueryOptions): Promise<void> {
  if (options.examples === true) return listExamples(context, options.json ?? false);
  if (options.tables === true) return listTables(context, options.json ?? false);
  const isTable = options.csv !== true && options.json !== true;
  const limit = options.limit === undefined ? (isTable ? SHOWN_ROWS : ALL_ROWS) : rowLimit(options.limit);
  const question = questionOf(sql, options.example);
  const answer = must(await context.engine.query({ sql: question, limit, rebuild: options.rebuild ?? false }));
  if (options.json === true) await printJson(context, asObjects(answer));
  else if (options.csv === true) await context.write(toCsv(answer.columns, answer.rows));
  else printTable(context, answer);
  if (answer.more) context.report(`drover: there are more than ${plural(limit, 'row')}; --limit N shows more.`);
  await reportUnreadableRuns(context, false);
  if (answer.unreadable.length > 0) {
    context.report(
      `drover: ${plural(answer.unreadable.length, 'run')} could not be read: ${answer.unreadable.join(', ')}`,
    );
  }
}

function questionOf(sql: string | undefined, example: string | undefined): string {
  if (example === undefined) {
    if (sql !== undefined && sql.trim() !== '') return sql;
    throw new ProblemError(
      problem(
        'invalid-usage',
        'No question was given.',
        'Write SQL in quotes, or take one of "drover query --examples".',
      ),
    );
  }
  const found = QUERY_EXAMPLES.find(({ name }) => name === example);
  if (found !== undefined) return found.sql;
  const names = QUERY_EXAMPLES.map(({ name }) => name);
  throw new ProblemError(
    problem(
      'invalid-usage',
      `There is no ready-made question "${example}".${didYouMean(example, names)}`,
      'List them with "drover query --examples".',
    ),
  );
}

function rowLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= ALL_ROWS) return limit;
  throw new ProblemError(
    problem('invalid-usage', `"--limit ${text}" is not a number of rows.`, `Write a number from 1 to ${ALL_ROWS}.`),
  );
}

function printTable(context: CliContext, { columns, rows }: QueryResult): void {
  const headings = columns.map((heading, at) => ({
    heading,
    number: rows.every((row) => typeof row[at] !== 'string'),
  }));
  for (const line of tableLines(
    headings,
    rows.map((row) => row.map(cellText)),
  ))
    context.print(line);
}

function cellText(cell: QueryCell): string {
  if (cell === null) return UNKNOWN;
  return String(typeof cell === 'number' ? rounded(cell) : cell);
}

function asObjects({ columns, rows, more, unreadable }: QueryResult): unknown {
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
  return { columns, rows: objects, more, unreadable };
}

async function listExamples(context: CliContext, json: boolean): Promise<void> {
  if (json) return printJson(context, QUERY_EXAMPLES);
  const rows = QUERY_EXAMPLES.map(({ name, title }) => [name, title]);
  for (const line of tableLines([{ heading: 'NAME' }, { heading: 'QUESTION' }], rows)) context.print(line);
}

async function listTables(context: CliContext, json: boolean): Promise<void> {
  const tables = must(await context.engine.queryTables({}));
  if (json) return printJson(context, tables);
  const rows = tables.flatMap((table) =>
    table.columns.map(({ name, type, about }) => [table.name, name, type.toLowerCase(), about]),
  );
  const headings = [{ heading: 'TABLE' }, { heading: 'COLUMN' }, { heading: 'TYPE' }, { heading: 'WHAT IT IS' }];
  for (const line of tableLines(headings, rows)) context.print(line);
}
