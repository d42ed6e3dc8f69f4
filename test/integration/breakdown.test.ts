import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LogProblem } from '../../shared/contract/logs.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

/** A worker whose first start leaves a file where the engine wants a folder of its own, as a disk that refuses does; see the fault suite for those. */
const SPOILS = 'rm -r manifests && : > manifests; exit 3';
const PROGRAM = `[ -e ../mended ] || { ${SPOILS}; }; exec sh ${worker('copies-list.sh')} "$1"`;

it('an engine that cannot go on with a run says why, ends what it began for it, and the run can be resumed', async () => {
  const rig = new EngineRig();
  const told: LogProblem[] = [];
  rig.engine.subscribe({ runProblems: ({ problems }) => told.push(...problems) });
  const command = ['sh', '-c', PROGRAM, 'sh', '{manifest}'];
  const step = { dispatch: 'list', outputs: ['{stem}.out'], stall_timeout_seconds: 0.1, retries: 3, command };
  const run = await rig.start({ steps: [step], files: { 'a.txt': '0.01\n' } });
  await rig.engine.watchRun({ run: run.id });
  expect((await run.ended()).status).toBe('interrupted');
  expect(told).toMatchObject([
    { worker: 'run', level: 'error', text: expect.stringMatching(/could not go on.*resume/) },
  ]);

  rmSync(join(run.directory, 'manifests'));
  rig.write({ [join('home', 'runs', 'test', 'mended')]: '' });
  expect((await run.resume()).status).toBe('completed');
  // What still looked after the first engine's workers would have come to grief by now.
  const other = { dispatch: 'each', command: ['sh', worker('slow.sh'), '{file}', '{output}'], outputs: ['{stem}.out'] };
  const next = await rig.run({ steps: [other], files: { 'a.txt': '0.6\n' } });
  expect((await next.status()).status).toBe('completed');
});
