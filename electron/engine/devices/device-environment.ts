import type { DeviceRef } from '../../../shared/device.ts';

/**
 * Returns the variables that bind a worker to its device. The order is set for every worker: without it CUDA counts the fastest card first, and an
 * index of nvidia-smi would name another card. Indices are the default because some programs read the mask as numbers. A MIG instance has no other
 * name than its UUID.
 */
export function deviceEnvironment(device: DeviceRef, options: { byUuid: boolean }): Record<string, string> {
  const order = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
  switch (device.kind) {
    case 'nvidia':
    case 'mig':
      return { ...order, CUDA_VISIBLE_DEVICES: cudaName(device, options.byUuid) };
    case 'amd':
      // The runtime first hides the others. The layer above counts the rest from 0, under both its names.
      return {
        ...order,
        ROCR_VISIBLE_DEVICES: String(device.index),
        HIP_VISIBLE_DEVICES: '0',
        CUDA_VISIBLE_DEVICES: '0',
      };
    case 'intel':
      // The driver shows one card, which the runtime then counts from 0.
      return { ...order, ZE_AFFINITY_MASK: String(device.index), ONEAPI_DEVICE_SELECTOR: 'level_zero:0' };
    case 'apple':
      return order;
    case 'cpu':
      return { ...order, CUDA_VISIBLE_DEVICES: '' };
  }
}

/** Returns how PyTorch names the only device that a worker sees. */
export function torchDevice(device: DeviceRef): 'cuda:0' | 'mps' | 'cpu' {
  switch (device.kind) {
    case 'nvidia':
    case 'mig':
    case 'amd':
      return 'cuda:0';
    case 'apple':
      return 'mps';
    case 'intel':
    case 'cpu':
      return 'cpu';
  }
}

function cudaName(device: DeviceRef, byUuid: boolean): string {
  const wanted = byUuid || device.kind === 'mig';
  return wanted && device.uuid !== null ? device.uuid : String(device.index);
}
