import { describe, expect, it } from 'vitest';
import type { DeviceLease } from '../../../shared/contract/machine.ts';
import type { Device } from '../../../shared/device.ts';
import { deviceUse, idleWords, processWords, slotUse } from '../../../shared/device-use.ts';
import { cpuSlot, gpu } from '../renderer/launch/devices.ts';

const GIB = 1024 ** 3;

function lease(device: Device, run = 'r'): DeviceLease {
  const { kind, index, uuid, name } = device;
  const since = '2026-11-21T05:15:00.000Z';
  return { run, pipeline: 'embed', user: null, device: { kind, index, uuid, name }, shared: false, since, until: null };
}

const worker = { pid: 1, name: 'python', memory_used: GIB, ours: true };
const stranger = { pid: 2, name: 'blender', memory_used: GIB, ours: false, user: 'anna' };

describe('who uses a device', () => {
  it('is its runs by their leases and the programs of others, and nothing of another device', () => {
    const device = gpu(0, { processes: [worker, stranger] });
    expect(deviceUse(device, [lease(device), lease(gpu(1), 'elsewhere')])).toMatchObject({
      leases: [{ run: 'r' }],
      workers: [],
      others: [stranger],
    });
  });

  it('is a worker of Drover that has no lease: its device is not free', () => {
    expect(deviceUse(gpu(0, { processes: [worker] }), [])).toMatchObject({ leases: [], workers: [worker] });
  });

  it('is each run once on a machine of CPU slots', () => {
    const leases = [lease(cpuSlot(0)), lease(cpuSlot(1)), lease(gpu(0), 'on a card')];
    expect(slotUse(leases).leases.map(({ run }) => run)).toEqual(['r']);
  });
});

describe('what is said of a device that nobody is known to use', () => {
  const words = (change: Partial<Device>): string => idleWords(deviceUse(gpu(0, change), []));

  it('is that it is free, where that is known', () => {
    expect(words({ memory_total: 80 * GIB, memory_used: GIB / 8 })).toBe('Free');
  });

  it('is not that it is free, where its memory is held or not known', () => {
    expect(words({ memory_total: 80 * GIB, memory_used: 40 * GIB })).toBe(
      'No run has it, but 40.0 GiB are held; its driver does not say by whom',
    );
    expect(words({ memory_total: 80 * GIB, memory_used: 40 * GIB, unified_memory: true })).toBe('Free');
    expect(words({})).toBe('No run has it; its driver does not say who else uses it');
  });
});

it('tells a process by what is known of it', () => {
  expect(processWords(stranger)).toBe('blender of anna (2, 1.0 GiB)');
  expect(processWords({ ...worker, name: null, memory_used: null })).toBe('a program (1)');
});
