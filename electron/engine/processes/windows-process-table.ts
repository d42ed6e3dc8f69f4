import { execFileSync } from 'node:child_process';
import {
  listProcesses,
  readBootId,
  systemProgram,
  type WindowsProcess,
} from '../../../resources/runtime/windows-processes.mjs';
import { type ProcessTable, type SeenProcess, trySignal, type WorkerMark } from './process-table.ts';

/** Ending a tree of some hundred processes takes less than a second. */
const TASKKILL_LIMIT_MS = 5_000;

/** A start time is read again after this time: one read takes half a second, and a number is not used again that soon. */
const CACHED_MS = 3_000;

/** The program whose processes are at the top of our trees. Another process may have the same number by now, so the number alone is not enough. */
const LAUNCHER = 'launcher-windows.mjs';

let knownBootId: string | undefined;
/** The trees that were seen last, by the launcher's pid. */
const knownTrees = new Map<number, WindowsProcess[]>();
const remembered = new Map<number, { start: number | null; until: number }>();

/**
 * Reads processes on Windows. There are no groups and no signals: the tree below a launcher replaces the group, `taskkill /T /F` replaces signals.
 * Start times are milliseconds since 1970, as the launcher records them. If a process ended before it was seen, what it left below it is not found.
 * Not proved on Windows: tried with a stand-in for PowerShell.
 */
export const windowsProcessTable: ProcessTable = {
  hasSignals: false,
  seesEnvironment: false,
  pidNamespace: () => null,
  showsOwnNumbers: () => true,
  hasKernelNumbers: () => true,
  sightElsewhere: () => 'unknown',
  carriesMark: () => false,
  bootId() {
    knownBootId ??= readBootId();
    return knownBootId;
  },
  startTime(pid) {
    if (!trySignal(pid, 0)) return null;
    const known = remembered.get(pid);
    if (known !== undefined && performance.now() < known.until) return known.start;
    const start = listProcesses([pid])[0]?.start_time ?? null;
    remembered.set(pid, { start, until: performance.now() + CACHED_MS });
    return start;
  },
  snapshot() {
    let live: readonly WindowsProcess[] | undefined;
    const list = (): readonly WindowsProcess[] => {
      live ??= listProcesses();
      return live;
    };
    return { membersOf: (mark) => (mark.pgid === null ? [] : membersBelow(mark.pgid, mark, list)) };
  },
  groupExists(pgid) {
    return trySignal(pgid, 0) && isLauncher(listProcesses([pgid])[0]);
  },
  signalGroup(pgid, signal) {
    return signal === 'SIGKILL' && windowsProcessTable.groupExists(pgid) && endTree(pgid);
  },
  signalProcess(seen, signal) {
    return signal === 'SIGKILL' && listProcesses([seen.pid])[0]?.start_time === seen.start_time && endTree(seen.pid);
  },
};

/**
 * Returns the live processes of a worker. Dead ones that were seen before still lead to what they have started: a process that is ended may have
 * started another after it was listed.
 */
function membersBelow(pgid: number, mark: WorkerMark, list: () => readonly WindowsProcess[]): SeenProcess[] {
  const before = knownTrees.get(pgid) ?? [];
  // Most calls check whether anything is left of a launcher that is gone: that does not need half a second.
  if (before.length === 0 && !trySignal(pgid, 0)) return [];
  const live = list();
  const dead = before.filter((entry) => !live.some(({ pid }) => pid === entry.pid));
  const tree = workerTree([...live, ...dead], mark);
  const members = tree.filter((entry) => !dead.includes(entry));
  if (members.length === 0) knownTrees.delete(pgid);
  else knownTrees.set(pgid, tree);
  return members.map(({ pid, start_time }) => ({ pid, start_time }));
}

/**
 * Returns the processes of a worker: its launcher, identified by its arguments, and all below it, parents before children. A process that is older
 * than its apparent parent was started by an earlier process of that number.
 */
export function workerTree(all: readonly WindowsProcess[], mark: WorkerMark): WindowsProcess[] {
  const tree = all.filter((entry) => entry.pid === mark.pgid && isLauncher(entry) && entry.command.includes(mark.run));
  const children = Map.groupBy(all, ({ parent }) => parent);
  for (const above of tree) {
    const below = children.get(above.pid) ?? [];
    tree.push(...below.filter((entry) => entry.start_time >= above.start_time && !tree.includes(entry)));
  }
  return tree;
}

function isLauncher(entry: WindowsProcess | undefined): boolean {
  return entry?.command.includes(LAUNCHER) === true;
}

function endTree(pid: number): boolean {
  try {
    const args = ['/PID', String(pid), '/T', '/F'];
    execFileSync(systemProgram('taskkill.exe'), args, {
      stdio: 'ignore',
      timeout: TASKKILL_LIMIT_MS,
      windowsHide: true,
    });
    return true;
  } catch {
    return false;
  }
}
