import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDeviceSeries } from '../../../../../../electron/engine/records/metrics/device-series.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

function sample(second: number, fields: Record<string, unknown>): string {
  const time = new Date(second * 1000).toISOString();
  const line = { time, level: 'INFO', component: 'metrics', run: 'r', step: 1, message: 'device sample', fields };
  return `${JSON.stringify(line)}\n`;
}

const GPU = { kind: 'nvidia', index: 0, uuid: 'GPU-a', memory_total: 80 };

describe('the device series of a metrics log', () => {
  it('holds each device’s figures in order; what is stale or unknown is null, other lines are no samples', async () => {
    const path = join(temporaryFolder(), 'metrics.log');
    writeFileSync(path, '{"message":"metrics logging initialized"}\n');
    appendFileSync(path, sample(10, { ...GPU, utilization: 50, memory_used: 8, temperature: 40, power: null }));
    appendFileSync(path, sample(11, { kind: 'cpu', index: 1, uuid: null, utilization: 3 }));
    appendFileSync(path, sample(20, { ...GPU, stale: true }));
    appendFileSync(path, 'about a "device sample" that is no JSON\n');
    appendFileSync(path, sample(30, { ...GPU, utilization: 70 }).slice(0, 60));
    expect(await readDeviceSeries(path, 100)).toEqual([
      {
        ...GPU,
        times: [10, 20],
        utilization: [50, null],
        memory_used: [8, null],
        temperature: [40, null],
        power: [null, null],
      },
      {
        kind: 'cpu',
        index: 1,
        uuid: null,
        memory_total: null,
        times: [11],
        utilization: [3],
        memory_used: [null],
        temperature: [null],
        power: [null],
      },
    ]);
  });

  it('draws neighbours together where there are many', async () => {
    const path = join(temporaryFolder(), 'metrics.log');
    const lines = Array.from({ length: 10 }, (_, at) => sample(at, { ...GPU, utilization: at === 3 ? null : at }));
    writeFileSync(path, lines.join(''));
    const [series] = await readDeviceSeries(path, 5);
    expect(series?.times).toEqual([1, 3, 5, 7, 9]);
    expect(series?.utilization).toEqual([0.5, 2, 4.5, 6.5, 8.5]);
    expect(series?.power).toEqual([null, null, null, null, null]);
  });

  it('is empty where there is no log', async () => {
    expect(await readDeviceSeries(join(temporaryFolder(), 'metrics.log'), 5)).toEqual([]);
  });
});
