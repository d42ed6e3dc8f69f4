import { rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { RunWatches } from '../../../../../electron/engine/observe/run-watches.ts';
import { makeRun } from '../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';
import { until } from '../../../../helpers/until.ts';

const RUN = '20261121-051500-123-k3f9';

test('a run whose folder is deleted while it is watched is over for whoever watches it', async () => {
  const directory = makeRun(temporaryFolder(), { run: RUN, end: null });
  const told: string[] = [];
  let owned = true;
  const watches = new RunWatches({
    push: (name) => void told.push(name),
    isOwned: () => owned,
    onBegun: () => told.push('begun'),
    onOver: () => undefined,
  });
  onTestFinished(() => watches.close());
  watches.watch(RUN, directory);
  await until(() => told.includes('begun'));
  rmSync(directory, { recursive: true });
  owned = false;
  await until(() => told.includes('runEnded'), 'the end of the run that is gone');
  expect(watches.count).toBe(0);
});
