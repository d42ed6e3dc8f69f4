import { availableParallelism, cpus } from 'node:os';
import type { Device } from '../../../shared/device.ts';
import { hostDevice } from './host-device.ts';
import { hostMemory } from './host-memory.ts';

/** CPU slots used when there is no GPU and nothing else was asked for. */
const DEFAULT_CPU_SLOTS = 4;

/** CPU slots: places for one worker each on the processor. Their memory is that of the machine, which they share. */
export function cpuSlots(count: number): Device[] {
  const model = cpus()[0]?.model.trim() ?? '';
  const name = model === '' || model === 'unknown' ? 'CPU' : model;
  const memory = hostMemory();
  return Array.from({ length: count }, (_, index) => hostDevice({ kind: 'cpu', index, name }, memory));
}

/** The slots used on a machine without a GPU: one per core that this process may use, a few at most. */
export function defaultCpuSlots(): Device[] {
  return cpuSlots(Math.min(availableParallelism(), DEFAULT_CPU_SLOTS));
}
