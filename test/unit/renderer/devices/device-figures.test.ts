import { describe, expect, it } from 'vitest';
import { energyOf, joinSeries, LiveFigures, totalsOf } from '../../../../renderer/devices/device-figures.ts';
import { figuresOf, figureText, scaleTop } from '../../../../renderer/devices/figure-words.ts';
import { onOneAxis } from '../../../../renderer/devices/metrics-device.ts';
import { timeSpan } from '../../../../renderer/parts/time-span.ts';
import type { DeviceSeries } from '../../../../shared/contract/runs.ts';

const GPU = { kind: 'nvidia', index: 0, uuid: 'GPU-a', memory_total: 80e9 };
const live = (utilization: number | null) => ({ ...GPU, utilization, memory_used: 1, temperature: 40, power: 100 });

function series(times: number[], utilization: (number | null)[]): DeviceSeries {
  const none = times.map(() => null);
  return { ...GPU, times, utilization, memory_used: none, temperature: none, power: none };
}

describe('what devices are seen to do', () => {
  it('is kept once a second, and no longer than an hour', () => {
    const figures = new LiveFigures();
    for (let at = 0; at < 4_000; at += 0.25) figures.add([live(at % 100)], 1_000 + at);
    const [kept] = figures.all();
    expect(kept?.times).toHaveLength(3_600);
    expect(kept?.utilization).toHaveLength(3_600);
    expect(new Set(kept?.times.map((time, at) => time - (kept.times[at - 1] ?? time - 1)))).toEqual(new Set([1]));
  });

  it('goes on where the record ends, without going back', () => {
    const joined = joinSeries([series([10, 20, 30], [1, 2, 3])], [series([25, 26], [7, 8])]);
    expect(joined).toHaveLength(1);
    expect(joined[0]).toMatchObject({ times: [10, 20, 25, 26], utilization: [1, 2, 7, 8] });
  });

  it('comes to a mean and a peak of what is known, and to an energy', () => {
    expect(totalsOf([null, 10, 30, null])).toEqual({ latest: null, mean: 20, peak: 30 });
    expect(totalsOf([null])).toEqual({ latest: null, mean: null, peak: null });
    expect(energyOf({ ...series([0, 10, 20], []), power: [100, 100, null] })).toBe(1000);
    expect(energyOf(series([0, 10], []))).toBeNull();
  });

  it('is told with units, and a dash where nothing is known', () => {
    expect([
      figureText('power', 99.6),
      figureText('temperature', null),
      figureText('memory_used', 4.2 * 1024 ** 3),
    ]).toEqual(['100 W', '–', '4.2 GiB']);
    expect(figuresOf(['cpu'])).toEqual(['utilization', 'memory_used']);
    expect([
      scaleTop('utilization', [3], null),
      scaleTop('memory_used', [3], 80),
      scaleTop('power', [null, 700], null),
    ]).toEqual([100, 80, 700]);
  });
});

describe('devices on one axis', () => {
  it('stand at whole seconds, with gaps where one was not measured', () => {
    const a = series([10.1, 11.1], [1, 2]);
    const b = series([10.2, 12.2], [3, 4]);
    expect(onOneAxis([a, b], [a.utilization, b.utilization])).toEqual({
      times: [10, 11, 12],
      values: [
        [1, 2, null],
        [3, null, 4],
      ],
    });
  });
});

describe('the time that the lines show', () => {
  const step = { started: new Date(100_000).toISOString(), ended: null };
  it('is the last minutes of a live step, and all of one that is over', () => {
    expect(timeSpan(step, [series([1_000], [1])], true)).toEqual({ from: 700, to: 1_000 });
    expect(timeSpan({ ...step, ended: new Date(900_000).toISOString() }, [], false)).toEqual({ from: 100, to: 900 });
  });
  it('is never shorter than can be seen', () => {
    expect(timeSpan(step, [], true)).toEqual({ from: 90, to: 100 });
  });
});
