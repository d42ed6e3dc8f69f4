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

/** A process in words for a failure's message: its pid and parent, state, age of start and command line. */
export function describeProcess(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return `${pid} (state ${state}, parent ${parent}, group ${group}, session ${session}): ${command}`;
  } catch {
    return `${pid} (gone meanwhile)`;
  }
}
