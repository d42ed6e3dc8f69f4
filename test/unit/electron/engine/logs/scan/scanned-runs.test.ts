import { expect, it } from 'vitest';
import { ScannedRuns } from '../../../../../../electron/engine/logs/scan/scanned-runs.ts';
import type { LogSource } from '../../../../../../shared/contract/logs.ts';

const log = (size: number): LogSource => ({ source: 'worker_0', step: 1, path: '/run/worker_0.log', size });

/** Counts how often logs are really read; each reading finds one problem that tells its number. */
function counting() {
  let readings = 0;
  const runs = new ScannedRuns(() => {
    readings += 1;
    const text = `reading ${readings}`;
    return Promise.resolve([{ step: 1, worker: 'worker_0', level: 'error', text, count: 1, offset: 0 }]);
  });
  const texts = async (run: string, size: number) => (await runs.problemsOf(run, [log(size)])).map(({ text }) => text);
  return { texts };
}

it('the logs of a past run are read once, however often somebody looks', async () => {
  const { texts } = counting();
  expect(await Promise.all([texts('a', 10), texts('a', 10)])).toEqual([['reading 1'], ['reading 1']]);
  expect(await texts('a', 10)).toEqual(['reading 1']);
});

it('logs that have grown are read again', async () => {
  const { texts } = counting();
  await texts('a', 10);
  expect(await texts('a', 11)).toEqual(['reading 2']);
});

it('of very many runs those that nobody has asked for lately are forgotten', async () => {
  const { texts } = counting();
  await texts('first', 10);
  await texts('second', 10);
  for (let run = 0; run < 19; run += 1) {
    await texts(`run ${run}`, 10);
    await texts('second', 10);
  }
  expect(await texts('second', 10)).toEqual(['reading 2']);
  expect(await texts('first', 10)).toEqual(['reading 22']);
});

it('a reading that fails is tried again', async () => {
  let fails = true;
  const runs = new ScannedRuns(() => (fails ? Promise.reject(new Error('no thread')) : Promise.resolve([])));
  await expect(runs.problemsOf('a', [log(1)])).rejects.toThrow('no thread');
  fails = false;
  expect(await runs.problemsOf('a', [log(1)])).toEqual([]);
});
