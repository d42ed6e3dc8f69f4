import { freemem, totalmem } from 'node:os';

/** Memory of the machine in bytes. Free means what can be had without swapping (MemAvailable on Linux). */
export function hostMemory(): { memory_total: number; memory_used: number; memory_free: number } {
  const total = totalmem();
  const free = freemem();
  return { memory_total: total, memory_used: total - free, memory_free: free };
}
