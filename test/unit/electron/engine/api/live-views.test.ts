import { expect, test } from 'vitest';
import type { EngineCore } from '../../../../../electron/engine/api/engine-core.ts';
import { LiveViews } from '../../../../../electron/engine/api/live-views.ts';
import { runMetrics, writeMetrics } from '../../../../../electron/engine/records/metrics/metrics.ts';
import type { LogProblem } from '../../../../../shared/contract/logs.ts';
import { ok } from '../../../../../shared/result.ts';
import { madeState, makeRun } from '../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const RUN = '20261121-051500-123-k3f9';
const LATE: LogProblem = {
  step: 1,
  worker: 'worker_0',
  level: 'error',
  text: 'ERROR: no more room',
  count: 1,
  offset: 40,
  file: null,
};

/** An engine that sees the run from outside, and has not come to the last lines of its logs. */
function engineBehind(directory: string): EngineCore {
  const observed = { progress: () => ({ workers: [], devices: [] }), problems: () => [], catchUp: () => undefined };
  const core: unknown = {
    owned: new Map(),
    find: () => ok({ run: RUN, directory }),
    observed: { observe: () => ({ observed, end: () => undefined }) },
  };
  return core as EngineCore;
}

function recordedRun(): string {
  const directory = makeRun(temporaryFolder(), { run: RUN });
  writeMetrics(directory, runMetrics(madeState(), new Date(), { usage: [], problems: [LATE] }));
  return directory;
}

test('what a worker printed last is told from the records when a run ends that is seen from outside', () => {
  const told: LogProblem[] = [];
  const views = new LiveViews(engineBehind(recordedRun()), {
    runProblems: ({ problems }) => void told.push(...problems),
  });
  views.begin(RUN);
  expect(told).toEqual([]);
  views.over(RUN, 'completed');
  expect(told).toEqual([LATE]);
});

test('of a run that lost its engine nothing is told that an earlier end has recorded', () => {
  const told: LogProblem[] = [];
  const views = new LiveViews(engineBehind(recordedRun()), {
    runProblems: ({ problems }) => void told.push(...problems),
  });
  views.begin(RUN);
  views.over(RUN, 'interrupted');
  expect(told).toEqual([]);
});
