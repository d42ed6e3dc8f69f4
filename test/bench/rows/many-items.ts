import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { finishedRun } from '../finished-run.ts';
import { interleaved, median } from '../measure.ts';
import { referenceCommand, timed } from '../processes.ts';
import { against, type Group, plainRow, type Reference, type Row } from '../row.ts';
import { smallFiles } from '../small-files.ts';

/** Of a walk with stat over the same files, and of `JSON.parse` over the same journal, each in plain Node. */
const PLAN_TARGET = 6;
const RESUME_TARGET = 3.5;

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
    walk: () => timed(referenceCommand('stat-walk', folder)),
  });
  const walk = { name: 'a walk with stat', each: seconds.walk };
  const title = `plan of ${count} small files by residues`;
  return [
    inSeconds('plan/first', `${title}: first time`, seconds.first, walk, PLAN_TARGET),
    inSeconds('plan/again', `${title}: again`, seconds.again, walk, PLAN_TARGET),
  ];
}

async function measureResume(bench: Bench): Promise<Row[]> {
  const { home, run, directory, count } = await finishedRun(bench);
  bench.doing('drover resume of a finished run');
  const seconds = await interleaved(bench.rounds, {
    ours: () => timed(droverCommand(bench, 'resume', run, '--json'), { env: homeEnvironment(home) }),
    parse: () => timed(referenceCommand('parse-lines', join(directory, 'journal.ndjson'))),
  });
  const parse = { name: 'JSON.parse of its journal', each: seconds.parse };
  return [inSeconds('resume', `resume of a finished run of ${count} items`, seconds.ours, parse, RESUME_TARGET)];
}

function inSeconds(id: string, title: string, seconds: readonly number[], reference: Reference, target: number): Row {
  const row = plainRow(id, title, { unit: 's', value: median(seconds), raw: { seconds } });
  return against(row, { ...reference, rounds: seconds }, target);
}
