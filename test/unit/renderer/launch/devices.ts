import type { Device } from '../../../../shared/device.ts';

/** A GPU of which only the identity is known. */
export function gpu(index: number, change: Partial<Device> = {}): Device {
  return { ...unknown, kind: 'nvidia', index, uuid: `GPU-${index}`, name: 'NVIDIA H100', ...change };
}

/** A CPU slot. */
export function cpuSlot(index: number): Device {
  return { ...unknown, kind: 'cpu', index, uuid: null, name: 'CPU' };
}

const unknown = {
  memory_total: null,
  memory_used: null,
  memory_free: null,
  utilization: null,
  temperature: null,
  power: null,
  driver: null,
  parent_index: null,
  unified_memory: false,
  processes: [],
};
