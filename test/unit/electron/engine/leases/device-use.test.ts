import { expect, test } from 'vitest';
import { holdsOfStrangers } from '../../../../../electron/engine/leases/device-use.ts';
import type { Device } from '../../../../../shared/device.ts';
import { cpuSlot, gpu } from '../../../renderer/launch/devices.ts';

const GIB = 1024 ** 3;
const stranger = { pid: 2, name: 'python', memory_used: 20 * GIB, ours: false, user: 'anna' };
const card = { memory_total: 24 * GIB, memory_used: GIB / 8, memory_free: 23 * GIB };

/** Why a device that no run has is not free, in words; null when it is. */
function held(change: Partial<Device>, neededGib = 0): string | null {
  const device = gpu(0, { ...card, ...change });
  return holdsOfStrangers([device], [device], neededGib * GIB)[0]?.why ?? null;
}

test.each([
  ['with nobody on it', {}, 0, null],
  ['that a desktop draws with', { processes: [{ ...stranger, memory_used: GIB }] }, 0, null],
  ['that a program fills', { processes: [stranger] }, 0, 'used by python of anna (process 2, 20.0 GiB)'],
  ['whose memory is held by nobody the driver names', { memory_used: 12 * GIB }, 0, 'used by other programs'],
  ['that shares its memory with the host', { memory_used: 12 * GIB, unified_memory: true }, 0, null],
  ['with enough room for the step', { processes: [stranger], memory_free: 4 * GIB }, 3, null],
  [
    'with too little room for the step',
    { memory_free: 2 * GIB },
    3,
    'used by other programs: 2.0 GiB of memory are free, 3.0 GiB are needed',
  ],
])('a device %s', (_, change, needed, why) => {
  expect(held(change, needed)).toBe(why);
});

test('a device that its driver does not list is not free, and a CPU slot always is', () => {
  expect(holdsOfStrangers([gpu(1)], [gpu(0)], 0)).toMatchObject([{ why: 'not listed by its driver' }]);
  expect(holdsOfStrangers([cpuSlot(0)], [], 0)).toEqual([]);
});
