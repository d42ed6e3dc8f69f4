import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../devices/run-tool.ts';
import type { Environment } from '../files/data-home.ts';

/** How long a tool may take to print the kernel log (ms): it is read only after a failure, and a worker's next start waits for it. */
const KERNEL_LOG_MS = 3_000;

/** How much of the end of the kernel log is read (characters). */
const KERNEL_LOG_CHARACTERS = 512 * 1024;

/** Where the system describes control groups; replaced in tests. */
export interface CgroupPlaces {
  /** `/proc/self/cgroup`: the groups of this process, and of the workers, which are in the same. */
  membership: string;
  /** `/sys/fs/cgroup`. */
  root: string;
}

/** Starts that follow each other this closely share one read of the counters, which opens up to three files (milliseconds). */
const BASELINE_MS = 200;

const PLACES: CgroupPlaces = { membership: '/proc/self/cgroup', root: '/sys/fs/cgroup' };

/**
 * Detects whether the kernel killed a process for lack of memory: it counts these kills per control group (`memory.events` of version 2,
 * `memory.oom_control` of version 1). One kill explains one dead worker. Kills by hand are not counted there.
 */
export class OomKills {
  private readonly places: CgroupPlaces;
  /** Kills up to this count are explained. */
  private claimed = 0;
  private baselineAt = Number.NEGATIVE_INFINITY;
  private latestBaseline: number | null = null;

  constructor(places: CgroupPlaces = PLACES) {
    this.places = places;
  }

  /** Returns the kills counted so far; null where the system does not report them. */
  count(): number | null {
    for (const files of counterFiles(this.places)) {
      const counts = files.flatMap(killsIn);
      if (counts[0] !== undefined) return counts[0];
    }
    return null;
  }

  /**
   * Returns what a start of a worker counts from: the kills so far, or those of a moment ago. A kill in between belongs to another worker and
   * explains its end.
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
   * Uses up a kill as the explanation of a worker's end.
   * @param before what was counted when the worker was started
   * @returns null where it is unknown
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

/** Returns the counters of this process's group, by hierarchy. Inside a container its own group is the root of what is mounted. */
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
  /** Seconds since the machine was started; null where the line has no time. */
  at: number | null;
  text: string;
}

/** Both print `[ 1843.308145] text`. The first needs rights on many machines. The second exists where systemd is used. */
const TOOLS = [
  ['dmesg'],
  ['journalctl', '--dmesg', '--boot', '--output=short-monotonic', '--no-pager', '--quiet', '--lines=2000'],
] as const;

/** Reads the end of the kernel log; null where this user may not read it. */
export async function readKernelLog(env: Environment): Promise<KernelLine[] | null> {
  for (const [file, ...args] of TOOLS) {
    const answer = await runTool(file, args, { env: { ...env }, timeoutMs: KERNEL_LOG_MS });
    if (answer.kind === 'answered' && answer.stdout.trim() !== '')
      return parseKernelLog(answer.stdout.slice(-KERNEL_LOG_CHARACTERS));
  }
  return null;
}

/** Parses lines as `dmesg` and `journalctl --output=short-monotonic` print them. */
export function parseKernelLog(text: string): KernelLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const match = /^(?:<\d+>)?\[\s*(\d+\.\d+)\]\s?(.*)$/.exec(line);
      return match === null ? { at: null, text: line } : { at: Number(match[1]), text: match[2] ?? '' };
    });
}

/** Returns the lines since a moment after the start of the machine. Those without a time count. */
export function since(lines: readonly KernelLine[], seconds: number): KernelLine[] {
  return lines.filter(({ at }) => at === null || at >= seconds);
}

/** Finds the kernel's line that it killed one of these processes for lack of memory; null when there is none. */
export function findOomKill(lines: readonly KernelLine[], pids: ReadonlySet<number>): string | null {
  const found = lines.findLast(({ text }) => {
    const pid = /Killed process (\d+)\b/.exec(text)?.[1] ?? /oom-kill:.*\bpid=(\d+)/.exec(text)?.[1];
    return pid !== undefined && pids.has(Number(pid));
  });
  return found?.text.trim() ?? null;
}
