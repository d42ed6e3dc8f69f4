import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { interleaved, median, medianRatio } from '../measure.ts';
import { timed } from '../processes.ts';
import type { Group, Row } from '../row.ts';

/** Of an empty Node program. */
const TARGETS = { '--version': 2.2, runs: 6 } as const;

/** What every command takes before it does anything. */
export const startUp: Group = { name: 'start-up', about: 'start-up of the command', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const env = homeEnvironment(bench.folder('start-up'));
  bench.doing('drover --version, drover runs and an empty Node program in turn');
  const seconds = await interleaved(bench.rounds * 2, {
    version: () => timed(droverCommand(bench, '--version'), { env }),
    runs: () => timed(droverCommand(bench, 'runs'), { env }),
    node: () => timed([process.execPath, '-e', '0']),
  });
  const rowOf = (name: keyof typeof TARGETS, ours: readonly number[]): Row => ({
    id: `start-up/${name.replace('--', '')}`,
    title: `start-up: drover ${name}`,
    unit: 'ms',
    ours: median(ours) * 1000,
    reference: { name: 'node -e 0', value: median(seconds.node) * 1000 },
    value: medianRatio(ours, seconds.node),
    valueUnit: '×',
    target: TARGETS[name],
    note: null,
    raw: { ours_seconds: ours, reference_seconds: seconds.node },
  });
  return [rowOf('--version', seconds.version), rowOf('runs', seconds.runs)];
}
