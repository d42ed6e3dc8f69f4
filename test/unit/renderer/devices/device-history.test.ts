import { describe, expect, it } from 'vitest';
import { deviceKey, SHOWN_SECONDS, withMoments } from '../../../../renderer/devices/device-history.ts';
import type { DeviceMoment } from '../../../../shared/contract/machine.ts';

const SAMPLE = {
  memory_total: 10,
  memory_used: 1,
  memory_free: 9,
  utilization: 50,
  temperature: null,
  power: null,
};

function at(seconds: number, index = 0): DeviceMoment {
  return { kind: 'nvidia', index, uuid: `GPU-${index}`, time: seconds * 1000, sample: SAMPLE };
}

describe('the history of devices', () => {
  it('keeps each device’s moments apart and in order, once each', () => {
    const first = withMoments(new Map(), [at(1), at(2), at(1, 1)]);
    const second = withMoments(first, [at(2), at(3)]);
    expect(second.get('GPU-0')?.times).toEqual([1, 2, 3]);
    expect(second.get('GPU-1')?.times).toEqual([1]);
    expect(first.get('GPU-0')?.times).toEqual([1, 2]);
  });

  it('shows a gap where nobody looked', () => {
    const { times, samples } = withMoments(new Map(), [at(1), at(100)]).get('GPU-0') ?? { times: [], samples: [] };
    expect(times).toEqual([1, 2, 100]);
    expect(samples[1]).toBeNull();
  });

  it('forgets what the charts do not show any more', () => {
    const moments = Array.from({ length: SHOWN_SECONDS + 50 }, (_, second) => at(second + 1));
    const times = withMoments(new Map(), moments).get('GPU-0')?.times ?? [];
    expect(times[0]).toBe(50);
    expect(times.at(-1)).toBe(SHOWN_SECONDS + 50);
  });

  it('knows a device without a UUID by kind and number', () => {
    expect(deviceKey({ kind: 'cpu', index: 3, uuid: null })).toBe('cpu:3');
  });
});
