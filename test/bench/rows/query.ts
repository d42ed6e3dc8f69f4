import { join } from 'node:path';
import { indexFile } from '../../../electron/engine/query/query-runs.ts';
import { QUERY_EXAMPLES } from '../../../shared/query-examples.ts';
import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { manyRuns } from '../many-runs.ts';
import { interleaved, median, without } from '../measure.ts';
import { output, referenceCommand, timed } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';

const RUNS = 1_000;
const QUICK_RUNS = 50;
/** Of one look at every item in plain SQLite, and of `JSON.parse` over all journals. */
const WARM_TARGET = 2;
const REBUILD_TARGET = 6;

/** Questions over all runs. */
export const query: Group = {
  name: 'query',
  about: 'drover query over 1,000 runs with 1,000,000 items',
  measure: measureQuery,
};

async function measureQuery(bench: Bench): Promise<Row[]> {
  const runs = bench.quick ? QUICK_RUNS : RUNS;
  const { home, items } = await manyRuns(bench, runs);
  const env = homeEnvironment(home);
  const ours = (...words: string[]): string[] => droverCommand(bench, 'query', ...words);
  bench.doing(`making the index of ${items} items`);
  const rebuilt = await timed(ours('select 1', '--rebuild'), { env });
  const parsed = await timed(referenceCommand('parse-lines', join(home, 'runs')));
  await checkCount(ours('select count(*) as n from items', '--json'), env, items);
  bench.doing('asking the ready questions in turn');
  const startUp = (): Promise<number> => timed(droverCommand(bench, 'query', '--examples'), { env });
  const scan = (): Promise<number> => timed(referenceCommand('scan-table', indexFile(home), 'items', 'file'));
  const rows: Row[] = [rebuildRow(rebuilt, items, parsed)];
  for (const { name, title } of QUERY_EXAMPLES) {
    const seconds = await interleaved(bench.rounds, {
      ours: () => timed(ours('--example', name), { env }),
      startUp,
      scan,
    });
    const beyond = without(seconds.ours, seconds.startUp).map((value) => value * 1_000);
    const row = plainRow(`query-warm/${name}`, `${title}, ${items} items, index warm, beyond start-up`, {
      unit: 'ms',
      value: median(beyond),
      note: `the whole command takes ${(median(seconds.ours) * 1_000).toFixed(0)} ms`,
      raw: { ours: seconds.ours, start_up: seconds.startUp },
    });
    const each = seconds.scan.map((value) => value * 1_000);
    rows.push(against(row, { name: 'plain SQLite sees every item once', each, rounds: beyond }, WARM_TARGET));
  }
  bench.remove(home);
  return rows;
}

function rebuildRow(seconds: number, items: number, parsed: number): Row {
  const title = `index of ${items} items made anew`;
  const row = plainRow('query-rebuild', title, { unit: 's', value: seconds, raw: { ours: [seconds] } });
  return against(row, { name: 'JSON.parse of all journals', each: [parsed] }, REBUILD_TARGET);
}

async function checkCount(command: string[], env: NodeJS.ProcessEnv, items: number): Promise<void> {
  const answer = JSON.parse(await output(command, { env })) as { rows: { n: number }[] };
  if (answer.rows[0]?.n !== items) throw new Error(`The index has ${answer.rows[0]?.n} items instead of ${items}`);
}
