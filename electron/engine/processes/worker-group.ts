import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux shows control groups of version 2: alone, or beside those of version 1. */
const ROOTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/** Names of the groups that we make: run, step, rank, and the namespace of process numbers that the worker was started from. */
const NAME = /\/drover-([^/.]+)\.(\d+)\.(\d+)\.(\d*)(?:\/|$)/;

/** Prefix of groups that are made to test whether that is allowed, with the number of the process that made them. */
const PROBE = 'drover-probe-';

/** The owner of a control group, as its name gives it. */
export interface GroupMark {
  run: string;
  step: string;
  rank: string;
  namespace: string;
}

let knownParent: string | null | undefined;

/**
 * Returns the control group of this process, where this user may make groups below it: as root, in a user's services under systemd, or in any other
 * that was delegated. What a worker starts cannot leave its group, whatever its session and environment. null where there is none.
 */
export function parentGroup(): string | null {
  if (knownParent === undefined) knownParent = findParent();
  return knownParent;
}

function findParent(): string | null {
  try {
    const path = pathOf('self');
    const root = rootFolder();
    if (path === null || root === null) return null;
    const folder = join(root, path);
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    if (statSync(folder).uid !== process.getuid?.()) return null;
    const probe = join(folder, `${PROBE}${process.pid}`);
    // An existing one belongs to a process that had this number and died.
    if (!existsSync(probe)) mkdirSync(probe);
    removeWorkerGroup(probe);
    return folder;
  } catch {
    return null;
  }
}

function rootFolder(): string | null {
  return ROOTS.find((folder) => existsSync(join(folder, 'cgroup.procs'))) ?? null;
}

/** Returns the group of a process as the kernel names it; null for one that has gone, or where there are no groups. */
function pathOf(pid: number | 'self'): string | null {
  try {
    return /^0::(\/.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The owner of a new group: run, step and rank, and the namespace of process numbers. */
type GroupOwner = Record<keyof GroupMark, string | number>;

/**
 * Makes the group of a worker. @returns its folder; null where there are no groups, and its processes are identified by process group, session and
 * environment
 */
export function makeWorkerGroup(owner: GroupOwner): string | null {
  const folder = workerGroup(owner);
  if (folder === null) return null;
  try {
    mkdirSync(folder);
  } catch {
    // It exists from an earlier start, or can no longer be made.
  }
  return existsSync(folder) ? folder : null;
}

/**
 * Returns the folder of the group that an earlier engine gave to a worker: the group the worker is in, because that engine may have been in another
 * group than this one; else where this engine would make it.
 */
export function adoptedGroup(pid: number, owner: GroupOwner): string | null {
  const path = pathOf(pid);
  const mark = path === null ? null : NAME.exec(path);
  const root = rootFolder();
  const isOwn = mark?.[1] === owner.run && mark[2] === String(owner.step) && mark[3] === String(owner.rank);
  if (path === null || mark === null || root === null || !isOwn) return workerGroup(owner);
  return join(root, path.slice(0, mark.index), mark[0]);
}

/** Returns the folder of a worker's group, whether or not it exists; null where there are no groups. */
function workerGroup({ run, step, rank, namespace }: GroupOwner): string | null {
  const parent = parentGroup();
  return parent === null ? null : join(parent, `drover-${run}.${step}.${rank}.${namespace}`);
}

/** Removes the group of a worker, once nothing is in it. */
export function removeWorkerGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // A process of the worker is alive, or the group has gone already.
  }
}

/** Removes the empty groups of a run's workers, also of those that no engine has adopted. */
export function removeRunGroups(run: string): void {
  for (const { folder, run: whose } of groupsBelow(parentGroup())) if (whose === run) removeWorkerGroup(folder);
}

/**
 * Removes what killed engines have left: empty groups of dead runs, and of probes whose process is gone. A launcher makes its group again if that has
 * just been removed, so a run that is resumed at this moment loses nothing.
 * @param isDead whether a run is known and no engine conducts it; a run of another data folder is unknown
 */
export function removeDeadGroups(isDead: (run: string) => boolean): void {
  const parent = parentGroup();
  for (const [run, its] of Map.groupBy(groupsBelow(parent), ({ run }) => run))
    if (isDead(run)) for (const { folder } of its) removeWorkerGroup(folder);
  for (const name of namesIn(parent)) {
    const isLeft = name.startsWith(PROBE) && !existsSync(`/proc/${name.slice(PROBE.length)}`);
    if (isLeft && parent !== null) removeWorkerGroup(join(parent, name));
  }
}

/** Returns the groups of workers in a group, with the run of each. */
function groupsBelow(parent: string | null): { folder: string; run: string }[] {
  return namesIn(parent).flatMap((name) => {
    const run = NAME.exec(`/${name}`)?.[1];
    return run === undefined || parent === null ? [] : [{ folder: join(parent, name), run }];
  });
}

function namesIn(folder: string | null): string[] {
  if (folder === null) return [];
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Returns the owner of the group that a process is in; null for one that is in none of ours, or has gone. */
export function groupOf(pid: number): GroupMark | null {
  const [, run, step, rank, namespace] = NAME.exec(pathOf(pid) ?? '') ?? [];
  if (run === undefined || step === undefined || rank === undefined) return null;
  return { run, step, rank, namespace: namespace ?? '' };
}
