import type { Device } from '../../../shared/device.ts';
import { hostMemory } from './host-memory.ts';

/** A device whose memory is that of the machine, and of which nothing else is measured. */
export function hostDevice(device: Pick<Device, 'kind' | 'index' | 'name'>, memory = hostMemory()): Device {
  return {
    ...device,
    uuid: null,
    ...memory,
    utilization: null,
    temperature: null,
    power: null,
    driver: null,
    parent_index: null,
    unified_memory: true,
    processes: [],
  };
}
