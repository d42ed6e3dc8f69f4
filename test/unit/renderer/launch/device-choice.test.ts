import { describe, expect, it } from 'vitest';
import {
  cpuSlotsComplaint,
  deviceName,
  deviceSelector,
  usualDevices,
  vanishedDevices,
  withDevice,
} from '../../../../renderer/launch/form-draft.ts';
import { cpuSlot, gpu } from './devices.ts';

const twoGpus = [gpu(0), gpu(1)];

describe('deviceSelector', () => {
  it('leaves the choice to the engine until something is chosen', () => {
    expect(deviceSelector({ devices: null, cpuSlots: '' }, twoGpus)).toBeNull();
    expect(deviceSelector({ devices: null, cpuSlots: '' }, [cpuSlot(0)])).toBeNull();
  });

  it('names GPUs by index, and counts CPU slots where there is no GPU', () => {
    expect(deviceSelector({ devices: ['0', '1'], cpuSlots: '3' }, twoGpus)).toBe('0,1');
    expect(deviceSelector({ devices: ['0'], cpuSlots: ' 3 ' }, [cpuSlot(0)])).toBe('cpu:3');
  });
});

describe('deviceName', () => {
  it('is the UUID where an index could mean two devices', () => {
    const mixed = [gpu(0), gpu(0, { kind: 'amd', uuid: 'amd-0' })];
    expect(mixed.map((device) => deviceName(device, mixed))).toEqual(['GPU-0', 'amd-0']);
    expect(deviceName(gpu(0, { kind: 'mig', uuid: 'MIG-a' }), [gpu(1)])).toBe('MIG-a');
  });
});

describe('withDevice', () => {
  it('comes back to the usual choice when all of it is ticked again', () => {
    const usual = usualDevices(twoGpus);
    const one = withDevice(null, '0', false, usual);
    expect(one).toEqual(['1']);
    expect(withDevice(one, '0', true, usual)).toBeNull();
  });

  it('can leave nothing, which is told apart from everything', () => {
    expect(withDevice(['1'], '1', false, usualDevices(twoGpus))).toEqual([]);
  });

  it('takes devices of another vendor only when they are ticked', () => {
    const mixed = [...twoGpus, gpu(2, { kind: 'intel', uuid: null })];
    expect(usualDevices(mixed)).toEqual(['0', '1']);
    expect(withDevice(null, '2', true, usualDevices(mixed))).toEqual(['0', '1', '2']);
  });
});

describe('vanishedDevices', () => {
  it('names what was chosen before and is gone', () => {
    expect(vanishedDevices(['1', '7'], twoGpus)).toEqual(['7']);
    expect(vanishedDevices(null, twoGpus)).toEqual([]);
  });
});

describe('cpuSlotsComplaint', () => {
  it.each(['', '1', '1024', ' 4 '])('takes %j', (text) => expect(cpuSlotsComplaint(text)).toBeNull());
  it.each(['0', '1025', '1.5', 'many', '-1'])('refuses %j', (text) => expect(cpuSlotsComplaint(text)).not.toBeNull());
});
