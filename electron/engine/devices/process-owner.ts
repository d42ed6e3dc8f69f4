import { readFile } from 'node:fs/promises';

/**
 * Whether a process is a worker of Drover or one of its descendants: its environment carries a run id. False for processes of
 * other users, whose environment cannot be read, and where there is no /proc.
 */
export async function belongsToDrover(pid: number): Promise<boolean> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
    return environment.split('\0').some((entry) => entry.startsWith('DROVER_RUN_ID='));
  } catch {
    return false;
  }
}
