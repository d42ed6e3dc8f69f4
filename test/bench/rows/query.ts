import { QUERY_EXAMPLES } from '../../../shared/query-examples.ts';
import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { manyRuns } from '../many-runs.ts';
import { interleaved, median, without } from '../measure.ts';
import { output, timed } from '../processes.ts';
import type { Group, Row } from '../row.ts';

const RUNS = 1_000;
const QUICK_RUNS = 50;
const WARM_TARGET_MS = 300;
const REBUILD_TARGET_S = 60;

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
  await checkCount(ours('select count(*) as n from items', '--json'), env, items);
  bench.doing('asking the ready questions in turn');
  const startUp = (): Promise<number> => timed(droverCommand(bench, 'query', '--examples'), { env });
  const rows: Row[] = [rebuildRow(rebuilt, items)];
  for (const { name, title } of QUERY_EXAMPLES) {
    const seconds = await interleaved(bench.rounds, { ours: () => timed(ours('--example', name), { env }), startUp });
    const beyond = without(seconds.ours, seconds.startUp).map((value) => value * 1_000);
    rows.push({
      id: `query-warm/${name}`,
      title: `${title}, ${items} items, index warm, beyond start-up`,
      unit: 'ms',
      ours: median(beyond),
      reference: null,
      value: median(beyond),
      valueUnit: 'ms',
      target: WARM_TARGET_MS,
      note: `the whole command takes ${(median(seconds.ours) * 1_000).toFixed(0)} ms`,
      raw: { ours: seconds.ours, start_up: seconds.startUp },
    });
  }
  bench.remove(home);
  return rows;
}

function rebuildRow(seconds: number, items: number): Row {
  return {
    id: 'query-rebuild',
    title: `index of ${items} items made anew`,
    unit: 's',
    ours: seconds,
    reference: null,
    value: seconds,
    valueUnit: 's',
    target: REBUILD_TARGET_S,
    note: null,
    raw: { ours: [seconds] },
  };
}

async function checkCount(command: string[], env: NodeJS.ProcessEnv, items: number): Promise<void> {
  const answer = JSON.parse(await output(command, { env })) as { rows: { n: number }[] };
  if (answer.rows[0]?.n !== items) throw new Error(`The index has ${answer.rows[0]?.n} items instead of ${items}`);
}
