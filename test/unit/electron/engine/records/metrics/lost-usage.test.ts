import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { lostUsage } from '../../../../../../electron/engine/records/metrics/lost-usage.ts';
import { componentLog } from '../../../../../../electron/engine/run-directory/paths.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

const BEGIN = Date.parse('2026-11-21T05:00:00Z');

interface Sample {
  second: number;
  uuid?: string;
  utilization?: number | null;
  memory_used?: number | null;
  power?: number | null;
}

/** A run folder with samples in the metrics log of each step. */
function runWith(...steps: Sample[][]): string {
  const directory = temporaryFolder();
  steps.forEach((samples, index) => {
    const path = componentLog(directory, index + 1, 'metrics');
    mkdirSync(dirname(path), { recursive: true });
    const lines = samples.map(({ second, uuid = 'GPU-a', ...figures }) => {
      const fields = { kind: 'nvidia', index: 0, uuid, utilization: null, memory_used: null, power: null, ...figures };
      return JSON.stringify({ time: new Date(BEGIN + second * 1000).toISOString(), message: 'device sample', fields });
    });
    writeFileSync(path, `${lines.join('\n')}\n`);
  });
  return directory;
}

const lost = (directory: string, steps: number[], after: number, before: number) =>
  lostUsage(directory, { steps, after: BEGIN + after * 1000, before: BEGIN + before * 1000 });

test('samples of a time that nobody has summed up are summed up, over all steps', async () => {
  const directory = runWith(
    [
      { second: 10, utilization: 100, memory_used: 9, power: 50 },
      { second: 20, utilization: 60, memory_used: 5, power: 100 },
      { second: 30, utilization: 20, memory_used: 7, power: 200 },
    ],
    [{ second: 40, utilization: 100, memory_used: 6, power: 100 }],
  );
  expect(await lost(directory, [1, 2], 15, 50)).toEqual([
    {
      kind: 'nvidia',
      index: 0,
      uuid: 'GPU-a',
      peak_memory: 7,
      mean_utilization: 60,
      energy: 200 * 10 + 100 * 10,
      utilization_samples: 30,
    },
  ]);
});

test('a pause without samples costs no energy, and what is not known stays unknown', async () => {
  const directory = runWith([
    { second: 10, power: 50 },
    { second: 4_000, power: 50, memory_used: 3 },
    { second: 4_010, power: 50 },
    { second: 10, uuid: 'GPU-b', utilization: 5 },
  ]);
  const [first, second] = await lost(directory, [1], 0, 9_000);
  expect(first).toMatchObject({ uuid: 'GPU-a', energy: 500, mean_utilization: null, peak_memory: 3 });
  expect(second).toMatchObject({ uuid: 'GPU-b', energy: null, mean_utilization: 5, peak_memory: null });
});

test('there is nothing where nothing was sampled in that time, or no log is there', async () => {
  const directory = runWith([{ second: 10, utilization: 5 }]);
  expect(await lost(directory, [1, 2], 20, 30)).toEqual([]);
  expect(await lost(temporaryFolder(), [1], 0, 30)).toEqual([]);
});
