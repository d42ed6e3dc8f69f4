import type { PauseUnit } from '../../../shared/run/run-events.ts';
import { type Disk, disksOf, freeSpace } from './free-space.ts';
import { type DiskSpace, fileMarks, isLow, NEAR_CHECK_MS, nextCheckMs, spaceMarks } from './space-marks.ts';

/** For a network disk that does not answer within this time, its last known figures stay in use. The answer counts when it comes (ms). */
export const ANSWER_LIMIT_MS = 2_000;

const UNITS: readonly PauseUnit[] = ['bytes', 'files'];
/** The figures of a disk that does not report any. */
const NOTHING = { free: 0, size: 0 };

/** A disk with too little room. */
export interface LowDisk {
  /** The path of the disk's root in the tree of folders. */
  path: string;
  /** What is low: bytes, or how many more files the disk can hold. */
  unit: PauseUnit;
  free: number;
  /** How much has to be free before the disk counts as well again. */
  resumesAt: number;
}

/** What the dispatch of a step knows of the disks it writes to. */
export interface DiskFacts {
  /** The first disk that is low; null while none is. */
  readonly low: LowDisk | null;
  /** Returns the bytes that were free at the last check on the disk with this root; null when unknown. */
  freeOn(path: string): number | null;
  /** Checks every disk that was not checked just now. Resolves when those that answer have been checked. */
  check(): Promise<void>;
  /** Calls back when a disk becomes low or is well again, and when a low one changes, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

interface DiskWatchOptions {
  /** Folders that are written to. */
  folders: readonly string[];
  /** Bytes that must stay free, 0 for no watch; null for the default mark. */
  keepFree: number | null;
  /** Returns the room on a disk; replaced in tests. */
  measure?: (path: string) => Promise<DiskSpace | null>;
}

/** Watches the room on disks: every few seconds, more often the faster one fills. */
export class DiskWatch implements DiskFacts {
  private disks: WatchedDisk[] = [];
  private readonly listeners = new Set<() => void>();

  /** Begins a watch. When this resolves, every disk that answers has been checked once. */
  static async start(options: DiskWatchOptions): Promise<DiskWatch> {
    const watch = new DiskWatch();
    const { folders, keepFree, measure = freeSpace } = options;
    if (keepFree === 0) return watch;
    const notify = (): void => {
      for (const listener of watch.listeners) listener();
    };
    watch.disks = (await disksOf(folders)).map((disk) => new WatchedDisk(disk, { keepFree, measure, notify }));
    await watch.check();
    return watch;
  }

  get low(): LowDisk | null {
    return this.disks.find(({ low }) => low !== null)?.low ?? null;
  }

  freeOn(path: string): number | null {
    return this.disks.find((one) => one.path === path)?.free ?? null;
  }

  async check(): Promise<void> {
    await Promise.all(this.disks.map((disk) => disk.checkSoon()));
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
  /** Reports that something has changed. */
  notify: () => void;
}

/** One disk. It has a timer of its own, so that one that does not answer delays no other. */
class WatchedDisk {
  readonly path: string;
  low: LowDisk | null = null;
  /** At the last check. */
  private space: DiskSpace | null = null;
  private readonly isLow = { bytes: false, files: false };
  private readonly parts: WatchedDiskParts;
  private checkedAt = Number.NEGATIVE_INFINITY;
  /** The check under way: a disk that does not answer is not checked again meanwhile. */
  private checking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** Bytes at the last check. */
  get free(): number | null {
    return this.space?.bytes.free ?? null;
  }

  constructor({ path }: Disk, parts: WatchedDiskParts) {
    this.path = path;
    this.parts = parts;
  }

  /** Checks the disk, unless that has just been done. A disk that takes long to answer is not waited for. */
  async checkSoon(): Promise<void> {
    if (performance.now() - this.checkedAt < NEAR_CHECK_MS) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, ANSWER_LIMIT_MS);
    await Promise.race([this.check(), late]);
    clearTimeout(limit);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private check(): Promise<void> {
    clearTimeout(this.timer);
    this.checking ??= this.measure().finally(() => {
      this.checking = null;
    });
    return this.checking;
  }

  private async measure(): Promise<void> {
    const space = await this.parts.measure(this.path);
    if (this.stopped) return;
    const was = this.low;
    const waitMs = this.take(space);
    this.timer = setTimeout(() => void this.check(), waitMs);
    // A listener may end the watch, and the timer with it.
    if (was?.free !== this.low?.free || was?.unit !== this.low?.unit) this.parts.notify();
  }

  /** Takes in the result of a check. Nothing is paused where the system reports no figures. @returns how long to wait until the next check */
  private take(space: DiskSpace | null): number {
    const now = performance.now();
    const ms = now - this.checkedAt;
    const before = this.space;
    this.space = space;
    this.checkedAt = now;
    const checks = UNITS.map((unit) => this.takeAmount(unit, before, ms));
    this.low = checks.find(({ low }) => low !== null)?.low ?? null;
    return Math.min(...checks.map(({ nextMs }) => nextMs));
  }

  /** @param ms since the check before */
  private takeAmount(unit: PauseUnit, before: DiskSpace | null, ms: number): { low: LowDisk | null; nextMs: number } {
    const { free, size } = this.space?.[unit] ?? NOTHING;
    const marks = unit === 'bytes' ? spaceMarks(size, this.parts.keepFree) : fileMarks(size);
    const isLowNow = isLow(this.isLow[unit], free, marks);
    this.isLow[unit] = isLowNow;
    const filled = before === null ? null : { free: before[unit].free, ms };
    return {
      low: isLowNow ? { path: this.path, unit, free, resumesAt: marks.high } : null,
      nextMs: nextCheckMs({ free, low: isLowNow }, filled, marks),
    };
  }
}
