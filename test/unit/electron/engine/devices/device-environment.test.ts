import { describe, expect, it } from 'vitest';
import { deviceEnvironment, torchDevice } from '../../../../../electron/engine/devices/device-environment.ts';
import { type DeviceKind, type DeviceRef, deviceKindSchema } from '../../../../../shared/device.ts';

function device(kind: DeviceKind, index: number, uuid: string | null = null): DeviceRef {
  return { kind, index, uuid, name: 'a device' };
}

describe('the environment of a worker', () => {
  it('fixes the order of devices for every kind of device', () => {
    for (const kind of deviceKindSchema.options)
      expect(deviceEnvironment(device(kind, 0), { byUuid: false })['CUDA_DEVICE_ORDER']).toBe('PCI_BUS_ID');
  });

  it('names an NVIDIA card by its index, and by UUID on request', () => {
    const card = device('nvidia', 3, 'GPU-1f');
    expect(deviceEnvironment(card, { byUuid: false })['CUDA_VISIBLE_DEVICES']).toBe('3');
    expect(deviceEnvironment(card, { byUuid: true })['CUDA_VISIBLE_DEVICES']).toBe('GPU-1f');
  });

  it('always names a MIG instance by UUID', () => {
    const instance = device('mig', 1, 'MIG-GPU-1f/2/0');
    expect(deviceEnvironment(instance, { byUuid: false })['CUDA_VISIBLE_DEVICES']).toBe('MIG-GPU-1f/2/0');
  });

  it('hides other AMD cards at the lowest layer, above which the one left is number 0', () => {
    expect(deviceEnvironment(device('amd', 2, 'x'), { byUuid: false })).toEqual({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      ROCR_VISIBLE_DEVICES: '2',
      HIP_VISIBLE_DEVICES: '0',
      CUDA_VISIBLE_DEVICES: '0',
    });
  });

  it('shows no GPU to a CPU slot, and one Intel card by its mask', () => {
    expect(deviceEnvironment(device('cpu', 1), { byUuid: false })['CUDA_VISIBLE_DEVICES']).toBe('');
    expect(deviceEnvironment(device('intel', 1), { byUuid: false })).toMatchObject({
      ZE_AFFINITY_MASK: '1',
      ONEAPI_DEVICE_SELECTOR: 'level_zero:0',
    });
  });
});

describe('the name of the device for PyTorch', () => {
  it('is that of the only device the worker sees', () => {
    const names = deviceKindSchema.options.map((kind) => [kind, torchDevice(device(kind, 5))]);
    expect(Object.fromEntries(names)).toEqual({
      nvidia: 'cuda:0',
      mig: 'cuda:0',
      amd: 'cuda:0',
      intel: 'cpu',
      apple: 'mps',
      cpu: 'cpu',
    });
  });
});
