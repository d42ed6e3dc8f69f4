import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DeviceLeases, readLeases } from '../../../../../electron/engine/leases/device-leases.ts';
import type { NotePlace } from '../../../../../electron/engine/leases/notes.ts';
import { processTable } from '../../../../../electron/engine/processes/this-process-table.ts';
import type { DeviceRef } from '../../../../../shared/device.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

function place(): NotePlace {
  return { home: temporaryFolder(), env: { DROVER_LEASES: join(temporaryFolder(), 'leases') }, table: processTable() };
}

function runId(number: number): string {
  return `20261121-051500-${String(number).padStart(3, '0')}-k3f9`;
}

function leasesOf(where: NotePlace, run: number): DeviceLeases {
  const expectedEnd = (): null => null;
  return new DeviceLeases({ place: where, run: runId(run), pipeline: 'p', expectedEnd, onUnshared: () => undefined });
}

function gpu(index: number): DeviceRef {
  return { kind: 'nvidia', index, uuid: `GPU-${index}`, name: 'a card' };
}

test('a run takes all of some devices or none', async () => {
  const where = place();
  const [one, two] = [leasesOf(where, 1), leasesOf(where, 2)];
  expect(await one.take([gpu(0)], null)).toBeNull();
  expect(await two.take([gpu(1), gpu(0)], null)).toMatchObject({ run: runId(1), device: { index: 0 } });
  expect(readLeases(where).map(({ run, device }) => [run, device.index])).toEqual([[runId(1), 0]]);
  one.release();
  expect(await two.take([gpu(1), gpu(0)], null)).toBeNull();
  expect(two.devices).toHaveLength(2);
  two.release();
  expect(readdirSync(where.env['DROVER_LEASES'] ?? '')).toEqual([]);
});

test('of many runs that take one device in the same moment exactly one gets it, in whatever order they come', async () => {
  const where = place();
  for (let round = 0; round < 20; round += 1) {
    const runs = Array.from({ length: 6 }, (_, index) => leasesOf(where, (index * 7 + round) % 6));
    const outcomes = await Promise.all(runs.map((leases) => leases.take([gpu(0)], null)));
    expect(outcomes.filter((owner) => owner === null)).toHaveLength(1);
    for (const leases of runs) leases.release();
  }
});

test('shared devices are held beside others, and count as used', async () => {
  const where = place();
  const [one, two, three] = [leasesOf(where, 1), leasesOf(where, 2), leasesOf(where, 3)];
  await one.take([gpu(0)], null);
  two.share([gpu(0)]);
  expect(new Set(readLeases(where).map(({ shared }) => shared))).toEqual(new Set([false, true]));
  one.release();
  expect(await three.take([gpu(0)], null)).toMatchObject({ run: runId(2), shared: true });
  two.release();
});

test('the leases of a run that another engine goes on with stay', async () => {
  const where = place();
  const leases = leasesOf(where, 1);
  await leases.take([gpu(0)], '2026-11-21T06:00:00.000Z');
  leases.release(true);
  expect(readLeases(where)).toMatchObject([{ run: runId(1), until: '2026-11-21T06:00:00.000Z' }]);
});
