import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
