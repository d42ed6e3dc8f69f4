import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { finishedRun } from '../finished-run.ts';
import { interleaved, median } from '../measure.ts';
import { timed } from '../processes.ts';
import type { Group, Row } from '../row.ts';
import { smallFiles } from '../small-files.ts';

const PLAN_TARGET_SECONDS = 5;
const RESUME_TARGET_SECONDS = 2;

/** Planning very many small files. */
export const planOfMany: Group = {
  name: 'plan',
  about: 'plan of 100,000 small files',
  measure: measurePlan,
};

/** Resuming a run in which everything is complete. */
export const resumeOfFinished: Group = {
  name: 'resume',
  about: 'resume of a finished run of 100,000 items',
  measure: measureResume,
};

async function measurePlan(bench: Bench): Promise<Row[]> {
  const { folder, count } = await smallFiles(bench);
  bench.doing('drover plan with an empty cache and with a full one in turn');
  let home = '';
  const command = droverCommand(
    bench,
    'plan',
    '--pipeline',
    'kmer-embedding',
    '--input',
    folder,
    '--devices',
    'cpu:8',
    '--json',
  );
  const plan = (): Promise<number> => timed(command, { env: homeEnvironment(home) });
  const seconds = await interleaved(bench.rounds, {
    first: () => {
      home = bench.folder('plan');
      return plan();
    },
    again: plan,
  });
  const title = `plan of ${count} small files by residues`;
  return [
    inSeconds('plan/first', `${title}: first time`, PLAN_TARGET_SECONDS, seconds.first),
    inSeconds('plan/again', `${title}: again`, PLAN_TARGET_SECONDS, seconds.again),
  ];
}

async function measureResume(bench: Bench): Promise<Row[]> {
  const { home, run, count } = await finishedRun(bench);
  bench.doing('drover resume of a finished run');
  const seconds = await interleaved(bench.rounds, {
    ours: () => timed(droverCommand(bench, 'resume', run, '--json'), { env: homeEnvironment(home) }),
  });
  return [inSeconds('resume', `resume of a finished run of ${count} items`, RESUME_TARGET_SECONDS, seconds.ours)];
}

function inSeconds(id: string, title: string, target: number, seconds: readonly number[]): Row {
  const ours = median(seconds);
  const raw = { seconds };
  return { id, title, unit: 's', ours, reference: null, value: ours, valueUnit: 's', target, note: null, raw };
}
