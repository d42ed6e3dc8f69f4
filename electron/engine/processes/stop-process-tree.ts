import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessTable, type SeenProcess, trustedMark, type WorkerMark } from './process-table.ts';
import { sharedSnapshot } from './this-process-table.ts';

/** How often a stop checks whether a process group is gone: often enough that a stop feels immediate. One check costs about 3 ms. */
const GONE_POLL_MS = 25;

/** How long the launcher may take to record the exit status after the last worker process is dead, before it is killed too. */
const LAUNCHER_GRACE_MS = 500;

/** After SIGKILL a process can stay for a while in an uninterruptible system call. After this time it is reported, not waited for. */
const KILL_WAIT_MS = 3_000;

export interface StopResult {
  /** Processes that are still there after SIGKILL and the longest wait (uninterruptible in the kernel). */
  left: SeenProcess[];
  /** Whether SIGKILL was needed. */
  killed: boolean;
}

/**
 * Ends everything that belongs to one worker. It sends SIGTERM to the whole group and to what has left it, waits for the grace period, and sends
 * SIGKILL to every member but the launcher. The launcher is killed last, so that it can record how the worker ended.
 * @param graceMs 0 kills at once
 */
export async function stopProcessTree(table: ProcessTable, mark: WorkerMark, graceMs: number): Promise<StopResult> {
  if (graceMs > 0) {
    for (const member of await membersOf(table, mark))
      if (member.pid !== mark.pgid) table.signalProcess(member, 'SIGTERM');
    // Verified again at this moment: reading all processes took some time.
    const { pgid } = trustedMark(table, mark);
    if (pgid !== null) table.signalGroup(pgid, 'SIGTERM');
    if (await waitUntil(async () => (await membersOf(table, mark)).length === 0, graceMs))
      return { left: [], killed: false };
  }
  return killTree(table, mark);
}

async function killTree(table: ProcessTable, mark: WorkerMark): Promise<StopResult> {
  const workersGone = await waitUntil(async () => {
    const members = (await membersOf(table, mark)).filter((member) => member.pid !== mark.pgid);
    for (const member of members) table.signalProcess(member, 'SIGKILL');
    return members.length === 0;
  }, KILL_WAIT_MS);
  if (workersGone && (await waitUntil(async () => (await membersOf(table, mark)).length === 0, LAUNCHER_GRACE_MS)))
    return { left: [], killed: true };
  await waitUntil(async () => {
    const members = await membersOf(table, mark);
    for (const member of members) table.signalProcess(member, 'SIGKILL');
    return members.length === 0;
  }, LAUNCHER_GRACE_MS);
  return { left: await membersOf(table, mark), killed: true };
}

async function membersOf(table: ProcessTable, mark: WorkerMark): Promise<SeenProcess[]> {
  return (await sharedSnapshot(table)).membersOf(trustedMark(table, mark));
}

async function waitUntil(condition: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await sleep(GONE_POLL_MS);
  }
}
