import { expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

it('an item whose time is over before its process has even been started is ended all the same', async () => {
  const command = ['sh', worker('slow.sh'), '{file}', '{output}'];
  const step = { dispatch: 'each', command, outputs: ['{stem}.out'], retries: 0, timeout_seconds: 0.000_001 };
  const rig = new EngineRig();
  const run = await rig.run({ steps: [step], files: { 'a.txt': '60' } });
  expect(run.item('a.txt')).toMatchObject({ status: 'failed', attempts: 1, failure: { reason: 'timeout' } });
  expect(rig.processes()).toEqual([]);
});
