import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../devices/run-tool.ts';
import type { Environment } from '../files/data-home.ts';

/** How long a tool may take to print the kernel log (ms): it is read only after a failure, and a worker's next start waits for it. */
const KERNEL_LOG_MS = 3_000;

/** How much of the end of the kernel log is looked at (characters). */
const KERNEL_LOG_CHARACTERS = 512 * 1024;

/** Where the system tells about control groups; another place in tests. */
export interface CgroupPlaces {
  /** `/proc/self/cgroup`: the groups of this process, and of the workers, which are in the same. */
  membership: string;
  /** `/sys/fs/cgroup`. */
  root: string;
}

/** Starts that follow each other this closely share one look at the counters: it opens up to three files (milliseconds). */
const BASELINE_MS = 200;

const PLACES: CgroupPlaces = { membership: '/proc/self/cgroup', root: '/sys/fs/cgroup' };

/**
 * Tells whether the kernel killed a process for want of memory: it counts these kills per control group (`memory.events` of version 2,
 * `memory.oom_control` of version 1). One kill explains one dead worker. Kills by hand are not counted there.
 */
export class OomKills {
  private readonly places: CgroupPlaces;
  /** Up to this count kills are explained. */
  private claimed = 0;
  private baselineAt = Number.NEGATIVE_INFINITY;
  private latestBaseline: number | null = null;

  constructor(places: CgroupPlaces = PLACES) {
    this.places = places;
  }

  /** Kills counted so far; null where the system does not tell. */
  count(): number | null {
    for (const files of counterFiles(this.places)) {
      const counts = files.flatMap(killsIn);
      if (counts[0] !== undefined) return counts[0];
    }
    return null;
  }

  /**
   * What a start of a worker counts from: the kills so far, or those of a moment ago. A kill in between is that of another worker, whose end it
   * explains.
   */
  baseline(): number | null {
    const now = performance.now();
    if (now - this.baselineAt >= BASELINE_MS) {
      this.baselineAt = now;
      this.latestBaseline = this.count();
    }
    return this.latestBaseline;
  }

  /**
   * Takes a kill as the explanation of a worker's end.
   * @param before what was counted when the worker was started
   * @returns null where nobody can tell
   */
  claim(before: number | null): boolean | null {
    const now = this.count();
    if (now === null || before === null) return null;
    const explained = Math.max(before, this.claimed);
    if (now <= explained) return false;
    this.claimed = explained + 1;
    return true;
  }
}

/** The counters of this process's group, by hierarchy; inside a container its own group is the root of what is mounted. */
function counterFiles({ membership, root }: CgroupPlaces): string[][] {
  const lines = readText(membership)?.split('\n') ?? [];
  return lines.flatMap((line) => {
    const [, controllers, path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined) return [];
    if (controllers === '') return [[path, ''].map((group) => join(root, group, 'memory.events'))];
    if (!controllers.split(',').includes('memory')) return [];
    return [[path, ''].map((group) => join(root, 'memory', group, 'memory.oom_control'))];
  });
}

function killsIn(path: string): number[] {
  const count = /^oom_kill (\d+)$/m.exec(readText(path) ?? '')?.[1];
  return count === undefined ? [] : [Number(count)];
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** A line of the kernel log. */
export interface KernelLine {
  /** Seconds since the machine was started; null where the line does not say. */
  at: number | null;
  text: string;
}

/** Both print `[ 1843.308145] text`. The first needs rights on many machines; the second is there where systemd is. */
const TOOLS = [
  ['dmesg'],
  ['journalctl', '--dmesg', '--boot', '--output=short-monotonic', '--no-pager', '--quiet', '--lines=2000'],
] as const;

/** The end of the kernel log; null where this user may not read it. */
export async function readKernelLog(env: Environment): Promise<KernelLine[] | null> {
  for (const [file, ...args] of TOOLS) {
    const answer = await runTool(file, args, { env: { ...env }, timeoutMs: KERNEL_LOG_MS });
    if (answer.kind === 'answered' && answer.stdout.trim() !== '')
      return parseKernelLog(answer.stdout.slice(-KERNEL_LOG_CHARACTERS));
  }
  return null;
}

/** Reads lines as `dmesg` and `journalctl --output=short-monotonic` print them. */
export function parseKernelLog(text: string): KernelLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const match = /^(?:<\d+>)?\[\s*(\d+\.\d+)\]\s?(.*)$/.exec(line);
      return match === null ? { at: null, text: line } : { at: Number(match[1]), text: match[2] ?? '' };
    });
}

/** Lines since a moment after the start of the machine; those without a time count. */
export function since(lines: readonly KernelLine[], seconds: number): KernelLine[] {
  return lines.filter(({ at }) => at === null || at >= seconds);
}

/** The kernel's word that it killed a process for want of memory; null when it says so of none of these. */
export function findOomKill(lines: readonly KernelLine[], pids: ReadonlySet<number>): string | null {
  const found = lines.findLast(({ text }) => {
    const pid = /Killed process (\d+)\b/.exec(text)?.[1] ?? /oom-kill:.*\bpid=(\d+)/.exec(text)?.[1];
    return pid !== undefined && pids.has(Number(pid));
  });
  return found?.text.trim() ?? null;
}
