import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { cpuSlots, defaultCpuSlots } from '../../../../../electron/engine/devices/host-device.ts';
import { selectDevices } from '../../../../../electron/engine/devices/select-devices.ts';
import { maskProblems } from '../../../../../electron/engine/devices/visible-devices-mask.ts';
import { type Device, deviceLabel } from '../../../../../shared/device.ts';

const slot = cpuSlots(1);

function gpu(kind: Device['kind'], index: number, uuid: string, parent: number | null = null): Device[] {
  return slot.map((base) => ({ ...base, kind, index, uuid, name: `card ${index}`, parent_index: parent }));
}

const four = [0, 1, 2, 3].flatMap((index) => gpu('nvidia', index, `GPU-${index}abc-00`));
const mig = [...gpu('nvidia', 1, 'GPU-b'), ...gpu('mig', 2, 'MIG-1111', 0), ...gpu('mig', 3, 'MIG-2222', 0)];
const amd = [0, 1, 2].flatMap((index) => gpu('amd', index, `d${index}ff740f-0000-1000-8082-87300da37c72`));

const intels = [0, 1, 2].flatMap((index) => gpu('intel', index, ''));

/** Labels of what is selected, or the message of the refusal. */
function select(selector: string | undefined, devices: Device[], env: NodeJS.ProcessEnv = {}): string[] | string {
  const result = selectDevices(selector, devices, env);
  return result.ok ? result.value.map(deviceLabel) : result.error.message;
}

describe('devices by name', () => {
  it('are all by default', () => {
    expect(select(undefined, four)).toEqual(['GPU 0', 'GPU 1', 'GPU 2', 'GPU 3']);
    expect(select('all', mig)).toEqual(['GPU 1', 'MIG 2', 'MIG 3']);
  });

  it('are found by index, in the order named', () => {
    expect(select('2, 0', four)).toEqual(['GPU 2', 'GPU 0']);
  });

  it('are found by UUID and by its unique beginning, letter case aside', () => {
    expect(select('GPU-3abc-00,gpu-1', four)).toEqual(['GPU 3', 'GPU 1']);
    expect(select('MIG-22', mig)).toEqual(['MIG 3']);
    expect(select('GPU-', four)).toContain('fits 4 devices');
  });

  it('are refused with the indices there are', () => {
    const message = select('0,7', four);
    expect(message).toContain('"7"');
    for (const index of [0, 1, 2, 3]) expect(message).toContain(`${index} (card ${index})`);
  });

  it.each(['', ',', '0,', '-1', '0 1', 'gpu', '1.0', '0x1'])('are refused when written "%s"', (selector) => {
    expect(typeof select(selector, four)).toBe('string');
  });

  it('are refused when one is named twice', () => {
    expect(select('1,GPU-1abc-00', four)).toContain('twice');
  });
});

describe('CPU slots', () => {
  it('are taken by number, also beside GPUs', () => {
    expect(select('cpu:3', four)).toEqual(['CPU slot 0', 'CPU slot 1', 'CPU slot 2']);
  });

  it.each(['cpu:', 'cpu:0', 'cpu:-1', 'cpu:2.5', 'cpu:x', 'cpu:99999'])('are refused as "%s"', (selector) => {
    expect(select(selector, four)).toContain('CPU slots');
  });

  it('are one per core, four at most, when there is no GPU', () => {
    expect(select(undefined, defaultCpuSlots())).toHaveLength(Math.min(4, availableParallelism()));
  });
});

describe('a mask that the environment already has', () => {
  it.each([
    ['2,3', ['GPU 2', 'GPU 3']],
    ['3', ['GPU 3']],
    ['0,2,-1,1', ['GPU 0', 'GPU 2']],
    ['1,9,2', ['GPU 1']],
    ['GPU-2,GPU-0abc-00', ['GPU 0', 'GPU 2']],
    ['0,GPU-,1', ['GPU 0']],
  ])('CUDA_VISIBLE_DEVICES=%s leaves %j', (mask, labels) => {
    expect(select('all', four, { CUDA_VISIBLE_DEVICES: mask })).toEqual(labels);
  });

  it.each(['', '-1', 'NoDevFiles', '1,1'])('CUDA_VISIBLE_DEVICES=%s leaves no GPU, so CPU slots are used', (mask) => {
    expect(select('all', four, { CUDA_VISIBLE_DEVICES: mask })).toContain('CPU slot 0');
  });

  it('limits what can be named, and the refusal says so', () => {
    const message = select('0', four, { CUDA_VISIBLE_DEVICES: '2,3' });
    expect(message).toContain('hidden from this process by CUDA_VISIBLE_DEVICES');
    expect(message).toContain('2 (card 2)');
    expect(select('0', four, { CUDA_VISIBLE_DEVICES: '' })).toContain('No device is left.');
  });

  it('counts cards, so that one number stands for all MIG instances of a card', () => {
    expect(select('all', mig, { CUDA_VISIBLE_DEVICES: '0' })).toEqual(['MIG 2', 'MIG 3']);
    expect(select('all', mig, { CUDA_VISIBLE_DEVICES: 'MIG-2222' })).toEqual(['MIG 3']);
  });

  it('is read as AMD’s runtime reads it: CUDA’s own variable counts where HIP’s is not set and no NVIDIA card is there', () => {
    expect(select('all', amd, { CUDA_VISIBLE_DEVICES: '1' })).toEqual(['GPU 1']);
    expect(select('all', amd, { CUDA_VISIBLE_DEVICES: '1', HIP_VISIBLE_DEVICES: '2' })).toEqual(['GPU 2']);
    expect(select('all', amd, { CUDA_VISIBLE_DEVICES: '1', ROCR_VISIBLE_DEVICES: '2,1' })).toEqual(['GPU 2']);
    expect(maskProblems(amd, { CUDA_VISIBLE_DEVICES: '0-1' })).toEqual([
      expect.stringMatching(/^CUDA_VISIBLE_DEVICES=0-1 hides all 3 GPUs/),
    ]);
  });

  it.each([
    ['level_zero:1', ['GPU 1']],
    ['level_zero:0,1;opencl:cpu', ['GPU 0', 'GPU 1']],
    ['*:gpu', ['GPU 0', 'GPU 1', 'GPU 2']],
    ['LEVEL_ZERO:*', ['GPU 0', 'GPU 1', 'GPU 2']],
    ['!level_zero:1', ['GPU 0', 'GPU 2']],
    ['level_zero:*;!level_zero:0', ['GPU 1', 'GPU 2']],
  ])('ONEAPI_DEVICE_SELECTOR=%s leaves %j of three Intel cards', (selector, labels) => {
    const env = { ONEAPI_DEVICE_SELECTOR: selector };
    expect(select('all', intels, env)).toEqual(labels);
    expect(maskProblems(intels, env)).toEqual([]);
  });

  it('of Intel’s runtime counts what its driver shows', () => {
    expect(select('all', intels, { ZE_AFFINITY_MASK: '1,2', ONEAPI_DEVICE_SELECTOR: 'level_zero:1' })).toEqual([
      'GPU 2',
    ]);
  });

  it('works for AMD by number, by the UUID of the runtime, and on top of another', () => {
    expect(select('all', amd, { ROCR_VISIBLE_DEVICES: '2,1' })).toEqual(['GPU 1', 'GPU 2']);
    expect(select('all', amd, { ROCR_VISIBLE_DEVICES: 'GPU-d18287300da37c72' })).toEqual(['GPU 1']);
    expect(select('all', amd, { ROCR_VISIBLE_DEVICES: '1,2', HIP_VISIBLE_DEVICES: '1' })).toEqual(['GPU 2']);
  });
});

describe('a mask that is not what was meant', () => {
  it.each([
    ['0-3', 'CUDA_VISIBLE_DEVICES=0-3 hides all 4 GPUs: “0-3” names no device'],
    ['99,0', 'CUDA_VISIBLE_DEVICES=99,0 hides all 4 GPUs: “99” names no device'],
    ['0,0,1', 'CUDA_VISIBLE_DEVICES=0,0,1 hides all 4 GPUs: “0” is there twice'],
    ['void', 'hides all 4 GPUs: “void” names no device'],
    ['-1', 'hides all 4 GPUs: “-1” names no device'],
    ['', 'hides all 4 GPUs: it is empty'],
    [' ', 'hides all 4 GPUs: it is empty'],
    ['0 1', 'hides all 4 GPUs: “0 1” names no device'],
    ['cuda:0', 'hides all 4 GPUs: “cuda:0” names no device'],
    ['1,9,2', 'leaves 1 of 4 GPUs: “9” names no device'],
    ['0,1,', 'leaves 2 of 4 GPUs: “” names no device'],
  ])('CUDA_VISIBLE_DEVICES=%j is told', (mask, said) => {
    expect(maskProblems(four, { CUDA_VISIBLE_DEVICES: mask })).toEqual([expect.stringContaining(said)]);
  });

  it('is told for every vendor’s variable, and for a container without cards', () => {
    const intel = gpu('intel', 0, 'x');
    expect(maskProblems(amd, { HIP_VISIBLE_DEVICES: '0-1' })).toEqual([
      expect.stringMatching(/^HIP_VISIBLE_DEVICES=0-1 hides/),
    ]);
    expect(maskProblems(amd, { ROCR_VISIBLE_DEVICES: '7' })).toEqual([
      expect.stringMatching(/^ROCR_VISIBLE_DEVICES=7 hides/),
    ]);
    expect(maskProblems(intel, { ZE_AFFINITY_MASK: 'x' })).toEqual([
      expect.stringMatching(/^ZE_AFFINITY_MASK=x hides the GPU/),
    ]);
    expect(maskProblems(intel, { ZE_AFFINITY_MASK: '0.1' })).toEqual([]);
    for (const selector of ['level_zero:7', 'level_zero', 'level_zero:0-1', 'opencl:cpu', '']) {
      expect(maskProblems(intel, { ONEAPI_DEVICE_SELECTOR: selector })).toEqual([
        expect.stringMatching(/^ONEAPI_DEVICE_SELECTOR=.* hides the GPU.*level_zero:0,1/),
      ]);
    }
    for (const value of ['void', 'none', '']) {
      expect(maskProblems(slot, { NVIDIA_VISIBLE_DEVICES: value })).toEqual([
        expect.stringContaining('this container'),
      ]);
    }
  });

  it('is nothing else: one that leaves some on purpose, of another vendor, or where there is no GPU', () => {
    expect(maskProblems(four, { CUDA_VISIBLE_DEVICES: '0,2' })).toEqual([]);
    expect(maskProblems(four, { HIP_VISIBLE_DEVICES: '', NVIDIA_VISIBLE_DEVICES: 'void' })).toEqual([]);
    expect(maskProblems(slot, { CUDA_VISIBLE_DEVICES: '' })).toEqual([]);
    expect(maskProblems(four, {})).toEqual([]);
  });
});

describe('devices of several vendors', () => {
  it('are not mixed by "all", since one program is built for one of them', () => {
    expect(select('all', [...amd, ...four])).toEqual(['GPU 0', 'GPU 1', 'GPU 2', 'GPU 3']);
    expect(select('all', [...amd, ...four], { CUDA_VISIBLE_DEVICES: '' })).toEqual(['GPU 0', 'GPU 1', 'GPU 2']);
  });

  it('share indices, which then name the preferred vendor, and can be named by UUID', () => {
    const result = selectDevices('0,d1ff740f', [...amd, ...four], {});
    expect(result.ok && result.value.map((device) => device.kind)).toEqual(['nvidia', 'amd']);
  });
});
