import { expect, it } from 'vitest';
import { ItemTimes } from '../../../../../electron/engine/steps/item-clock.ts';
import { stallLimit } from '../../../../../electron/engine/steps/stall-watch.ts';
import { DEFAULT_STALL_SECONDS, pipelineSchema } from '../../../../../shared/pipeline/pipeline.ts';

function times(seconds: readonly number[]): ItemTimes {
  const all = new ItemTimes([]);
  for (const one of seconds) all.add(one);
  return all;
}

it('a time that somebody set holds as it is, whatever items take and the device does', () => {
  expect(stallLimit(30, 500)).toEqual({ seconds: 30, needsIdleDevice: false });
  expect(stallLimit(DEFAULT_STALL_SECONDS, 500)).toEqual({ seconds: 600, needsIdleDevice: false });
});

it('with the default, items that take long are given ten times what nearly all of them took', () => {
  const rule = { needsIdleDevice: true };
  expect(stallLimit(undefined, null)).toEqual({ seconds: 600, ...rule });
  expect(stallLimit(undefined, 12)).toEqual({ seconds: 600, ...rule });
  expect(stallLimit(undefined, 300)).toEqual({ seconds: 3_000, ...rule });
});

it('whether a pipeline sets the time is still known when it is read again from the records of a run', () => {
  const limits = [{}, { stall_timeout_seconds: DEFAULT_STALL_SECONDS }].map((more) => {
    const steps = [{ name: 'a', command: ['a'], ...more }];
    const first = pipelineSchema.parse({ name: 'a', inputs: { patterns: ['*'] }, steps });
    const again = pipelineSchema.parse(JSON.parse(JSON.stringify(first)));
    return stallLimit(again.steps[0]?.stall_timeout_seconds, 300).seconds;
  });
  expect(limits).toEqual([3_000, 600]);
});

it('the time that nearly all items took leaves the longest twentieth out', () => {
  expect(times([]).p95).toBeNull();
  expect(times([7]).p95).toBe(7);
  expect(times([...Array.from({ length: 95 }, () => 2), 900, 900, 900, 900, 900]).p95).toBe(2);
});

it('only the latest items count', () => {
  expect(times([...Array.from({ length: 500 }, () => 900), ...Array.from({ length: 500 }, () => 1)])).toMatchObject({
    p95: 1,
    count: 500,
  });
});
