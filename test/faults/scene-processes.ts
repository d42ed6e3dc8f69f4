import { readFileSync } from 'node:fs';
import { parseStat } from '../../electron/engine/processes/linux-process-table.ts';
import { environmentOf, processesWith } from '../helpers/processes-with.ts';

type Role = 'engine' | 'helper' | 'launcher' | 'minder' | 'worker' | 'child';

/** A live process of a scene. */
export interface SceneProcess {
  pid: number;
  role: Role;
  /** The rank that it works for; null for engines and helpers. */
  rank: number | null;
  command: string;
}

/** All processes that carry a scene's runtime folder in their environment, with what they are. */
export function sceneProcesses(runtime: string): SceneProcess[] {
  const seen = processesWith(`XDG_RUNTIME_DIR=${runtime}`).flatMap((pid) => {
    if (pid === process.pid) return [];
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    const stat = read(`/proc/${pid}/stat`);
    const session = parseStat(stat)?.session ?? 0;
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return [{ pid, command, session, parent, rank: rankOf(pid) }];
  });
  const commands = new Map(seen.map(({ pid, command }) => [pid, command]));
  return seen.map(({ pid, command, session, parent, rank }) => ({
    pid,
    command,
    rank,
    role: roleOf({ command, isLeader: session === pid, rank, parent: commands.get(parent) ?? '' }),
  }));
}

function roleOf(seen: { command: string; isLeader: boolean; rank: number | null; parent: string }): Role {
  if (seen.command.includes('launch-helper')) return 'helper';
  if (seen.rank === null) return 'engine';
  if (seen.command.includes('/launcher.sh')) return seen.isLeader ? 'launcher' : 'minder';
  if (seen.command.includes('fault-worker.sh')) return seen.parent.startsWith('sh ') ? 'child' : 'worker';
  return seen.parent.includes('/launcher.sh') ? 'minder' : 'child';
}

function rankOf(pid: number): number | null {
  const rank = /\0DROVER_RANK=(\d+)\0/.exec(`\0${environmentOf(pid)}`)?.[1];
  return rank === undefined ? null : Number(rank);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
