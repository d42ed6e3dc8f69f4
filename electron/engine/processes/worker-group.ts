import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux shows control groups of version 2: alone, or beside those of version 1. */
const ROOTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/** Names of the groups that we make: run, step, rank, and the namespace of process numbers that the worker was started from. */
const NAME = /\/drover-([^/.]+)\.(\d+)\.(\d+)\.(\d*)(?:\/|$)/;

/** Whose a control group is, as its name says. */
export interface GroupMark {
  run: string;
  step: string;
  rank: string;
  namespace: string;
}

let knownParent: string | null | undefined;

/**
 * The control group of this process, where this user may make groups below it: as root, in a user's services under systemd, or in any other that
 * was delegated. What a worker starts cannot leave its group, whatever becomes of session and environment. null where there is none.
 */
export function parentGroup(): string | null {
  if (knownParent === undefined) knownParent = findParent();
  return knownParent;
}

function findParent(): string | null {
  try {
    const path = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    const root = ROOTS.find((folder) => existsSync(join(folder, 'cgroup.procs')));
    if (path === undefined || root === undefined) return null;
    const folder = join(root, path);
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    if (statSync(folder).uid !== process.getuid?.()) return null;
    const probe = join(folder, `drover-probe-${process.pid}`);
    mkdirSync(probe);
    rmdirSync(probe);
    return folder;
  } catch {
    return null;
  }
}

/** Makes the group of a worker. @returns its folder; null where there are no groups, and its processes are known by group, session and environment */
export function makeWorkerGroup({
  run,
  step,
  rank,
  namespace,
}: Record<keyof GroupMark, string | number>): string | null {
  const parent = parentGroup();
  if (parent === null) return null;
  const folder = join(parent, `drover-${run}.${step}.${rank}.${namespace}`);
  try {
    mkdirSync(folder);
  } catch {
    // It is there from an earlier start, or is not to be had any more.
  }
  return existsSync(folder) ? folder : null;
}

/** Removes the group of a worker, once nothing is in it. */
export function removeWorkerGroup(folder: string | null): void {
  if (folder === null) return;
  try {
    rmdirSync(folder);
  } catch {
    // Something of the worker lives, or it has gone: an empty group is in nobody's way.
  }
}

/** Whose the group is that a process is in; null for one that is in none of ours, or has gone. */
export function groupOf(pid: number): GroupMark | null {
  try {
    const [, run, step, rank, namespace] =
      NAME.exec(/^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '') ?? [];
    if (run === undefined || step === undefined || rank === undefined) return null;
    return { run, step, rank, namespace: namespace ?? '' };
  } catch {
    return null;
  }
}
