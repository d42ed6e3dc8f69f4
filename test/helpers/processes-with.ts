import { readdirSync, readFileSync } from 'node:fs';

/** The live processes that have a variable (`NAME=value`) in their environment; zombies have none. */
export function processesWith(variable: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && `\0${environmentOf(pid)}`.includes(`\0${variable}\0`));
}

/** The environment that a process was started with, or nothing when it is gone or a stranger's. */
export function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
