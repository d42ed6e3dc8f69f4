import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runMetrics, writeMetrics } from '../../../../../../electron/engine/records/metrics/metrics.ts';
import { metricsFile } from '../../../../../../electron/engine/run-directory/paths.ts';
import { madeState } from '../../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

const NOW = new Date('2026-11-21T06:00:00Z');

test('two workers that worked all the time on four items of one second have a share of ideal of 1', () => {
  const metrics = runMetrics(madeState({ items: 4, workers: 2 }), NOW);
  const [step] = metrics.steps;
  expect(step).toMatchObject({
    complete: 4,
    failed: 0,
    busy_seconds: 4,
    makespan_seconds: 2,
    share_of_ideal: 1,
    items_per_second: 2,
    starts: 2,
    retries: 0,
  });
  expect(step?.workers.map((worker) => worker.busy_share)).toEqual([1, 1]);
});

test('a worker without work lowers the share of ideal', () => {
  const metrics = runMetrics(madeState({ items: 3, workers: 2 }), NOW);
  expect(metrics.steps[0]?.share_of_ideal).toBe(0.75);
  expect(metrics.steps[0]?.workers[1]).toMatchObject({ complete: 1, busy_seconds: 1, busy_share: 0.5 });
});

test('cost, items and tokens of step and run are the sums over the workers', () => {
  const state = madeState({ items: 50, workers: 3, failEvery: 7 });
  const metrics = runMetrics(state, NOW);
  const workers = metrics.steps.flatMap((step) => step.workers);
  const complete = [...(state.steps[0]?.items ?? [])].filter((item) => item.status === 'complete');
  expect(workers.reduce((sum, worker) => sum + worker.cost, 0)).toBe(metrics.cost);
  expect(metrics.cost).toBe(complete.reduce((sum, item) => sum + item.cost, 0));
  expect(workers.reduce((sum, worker) => sum + worker.failed, 0)).toBe(7);
  expect(metrics.items).toMatchObject({ total: 50, complete: 43, failed: 7 });
  expect(metrics.tokens).toEqual({
    input_tokens: 300,
    output_tokens: 60,
    cache_read_tokens: 15,
    cache_creation_tokens: 0,
  });
});

test('ranks on one device are added up, and its samples stand beside them', () => {
  const uuid = 'GPU-1';
  const device = { kind: 'nvidia', index: 0, uuid, name: 'Test card' } as const;
  const state = madeState({ items: 4, workers: 2, device: () => device });
  const figures = { peak_memory: 1e9, mean_utilization: 80, energy: 3600, utilization_samples: 2 };
  const usage = { kind: 'nvidia' as const, index: 0, uuid, ...figures };
  const metrics = runMetrics(state, NOW, { usage: [usage] });
  expect(metrics.devices).toHaveLength(1);
  expect(metrics.devices[0]).toMatchObject({
    device,
    complete: 4,
    busy_share: 1,
    starts: 2,
    peak_memory: 1e9,
    mean_utilization: 80,
    energy: 3600,
  });
});

test('figures that nobody measured are null, not 0', () => {
  const metrics = runMetrics(madeState({ items: 0, workers: 1, end: null }), new Date('2026-11-21T05:15:00.123Z'));
  expect(metrics.devices[0]).toMatchObject({ peak_memory: null, mean_utilization: null, energy: null });
  expect(metrics.steps[0]).toMatchObject({ items_per_second: null, share_of_ideal: null });
});

test('a run that goes on is measured up to now', () => {
  const state = madeState({ items: 10, workers: 1, finished: 5, end: null });
  const metrics = runMetrics(state, new Date('2026-11-21T05:15:10.123Z'));
  expect(metrics.steps[0]).toMatchObject({ makespan_seconds: 10, items_per_second: 0.5, share_of_ideal: 0.5 });
});

test('metrics.json holds the document', () => {
  const directory = temporaryFolder();
  const metrics = runMetrics(madeState(), NOW);
  writeMetrics(directory, metrics);
  expect(JSON.parse(readFileSync(metricsFile(directory), 'utf8'))).toEqual(metrics);
});
