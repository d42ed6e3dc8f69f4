import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lowers the priority of the present thread alone, where the system tells the thread's number (Linux). Elsewhere nothing happens: the
 * process as a whole must keep its priority.
 */
export function lowerOwnPriority(nice: number): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, nice);
  } catch {
    // No such file system, or not allowed: it works at normal priority.
  }
}
