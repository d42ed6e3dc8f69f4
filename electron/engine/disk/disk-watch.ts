import type { PauseUnit } from '../../../shared/run/run-events.ts';
import { type Disk, disksOf, freeSpace } from './free-space.ts';
import { type DiskSpace, fileMarks, isLow, NEAR_LOOK_MS, nextLookMs, spaceMarks } from './space-marks.ts';

/** A network disk that does not answer within this time is taken as it was known before; the answer counts when it comes (ms). */
export const ANSWER_LIMIT_MS = 2_000;

const UNITS: readonly PauseUnit[] = ['bytes', 'files'];
/** A disk that does not say. */
const NOTHING = { free: 0, size: 0 };

/** A disk with too little room. */
export interface LowDisk {
  /** Where it begins in the tree of folders. */
  path: string;
  /** What of; files are how many more it can hold. */
  unit: PauseUnit;
  free: number;
  /** So much has to be free before it counts as well again. */
  resumesAt: number;
}

/** What the dispatch of a step knows of the disks it writes to. */
export interface DiskFacts {
  /** The first disk that is low; null while none is. */
  readonly low: LowDisk | null;
  /** Bytes that were free at the last look on the disk that begins at a path; null when unknown. */
  freeOn(path: string): number | null;
  /** Looks at every disk that was not looked at just now; resolves when those that answer have done so. */
  look(): Promise<void>;
  /** Calls back when a disk becomes low or is well again, and when a low one changes, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

interface DiskWatchOptions {
  /** Folders that are written to. */
  folders: readonly string[];
  /** Bytes that are to stay free, 0 for no watch; null for the standing mark. */
  keepFree: number | null;
  /** Asks for the room on a disk, for tests. */
  measure?: (path: string) => Promise<DiskSpace | null>;
}

/** Watches the room on disks: every few seconds, more often the faster one fills. */
export class DiskWatch implements DiskFacts {
  private disks: WatchedDisk[] = [];
  private readonly listeners = new Set<() => void>();

  /** Begins a watch. When this resolves every disk that answers has been looked at once. */
  static async start(options: DiskWatchOptions): Promise<DiskWatch> {
    const watch = new DiskWatch();
    const { folders, keepFree, measure = freeSpace } = options;
    if (keepFree === 0) return watch;
    const tell = (): void => {
      for (const listener of watch.listeners) listener();
    };
    watch.disks = (await disksOf(folders)).map((disk) => new WatchedDisk(disk, { keepFree, measure, tell }));
    await watch.look();
    return watch;
  }

  get low(): LowDisk | null {
    return this.disks.find(({ low }) => low !== null)?.low ?? null;
  }

  freeOn(path: string): number | null {
    return this.disks.find((one) => one.path === path)?.free ?? null;
  }

  async look(): Promise<void> {
    await Promise.all(this.disks.map((disk) => disk.lookSoon()));
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends the watch. */
  stop(): void {
    for (const disk of this.disks) disk.stop();
    this.listeners.clear();
  }
}

interface WatchedDiskParts {
  keepFree: number | null;
  measure: (path: string) => Promise<DiskSpace | null>;
  /** Says that something has changed. */
  tell: () => void;
}

/** One disk. It has a clock of its own, so that one that does not answer holds up no other. */
class WatchedDisk {
  readonly path: string;
  low: LowDisk | null = null;
  /** At the last look. */
  private space: DiskSpace | null = null;
  private readonly isLow = { bytes: false, files: false };
  private readonly parts: WatchedDiskParts;
  private lookedAt = Number.NEGATIVE_INFINITY;
  /** The look under way: a disk that does not answer is not asked again meanwhile. */
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** Bytes at the last look. */
  get free(): number | null {
    return this.space?.bytes.free ?? null;
  }

  constructor({ path }: Disk, parts: WatchedDiskParts) {
    this.path = path;
    this.parts = parts;
  }

  /** Looks, unless that has just been done; a disk that takes long to answer is not waited for. */
  async lookSoon(): Promise<void> {
    if (performance.now() - this.lookedAt < NEAR_LOOK_MS) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, ANSWER_LIMIT_MS);
    await Promise.race([this.look(), late]);
    clearTimeout(limit);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private look(): Promise<void> {
    clearTimeout(this.timer);
    this.looking ??= this.ask().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async ask(): Promise<void> {
    const space = await this.parts.measure(this.path);
    if (this.stopped) return;
    const was = this.low;
    const waitMs = this.take(space);
    this.timer = setTimeout(() => void this.look(), waitMs);
    // Whoever is told may end the watch, and the timer with it.
    if (was?.free !== this.low?.free || was?.unit !== this.low?.unit) this.parts.tell();
  }

  /** Where the system does not say, nothing is held up. @returns how long to wait until the next look */
  private take(space: DiskSpace | null): number {
    const now = performance.now();
    const ms = now - this.lookedAt;
    const before = this.space;
    this.space = space;
    this.lookedAt = now;
    const looks = UNITS.map((unit) => this.takeAmount(unit, before, ms));
    this.low = looks.find(({ low }) => low !== null)?.low ?? null;
    return Math.min(...looks.map(({ nextMs }) => nextMs));
  }

  /** @param ms since the look before */
  private takeAmount(unit: PauseUnit, before: DiskSpace | null, ms: number): { low: LowDisk | null; nextMs: number } {
    const { free, size } = this.space?.[unit] ?? NOTHING;
    const marks = unit === 'bytes' ? spaceMarks(size, this.parts.keepFree) : fileMarks(size);
    const isLowNow = isLow(this.isLow[unit], free, marks);
    this.isLow[unit] = isLowNow;
    const filled = before === null ? null : { free: before[unit].free, ms };
    return {
      low: isLowNow ? { path: this.path, unit, free, resumesAt: marks.high } : null,
      nextMs: nextLookMs({ free, low: isLowNow }, filled, marks),
    };
  }
}
