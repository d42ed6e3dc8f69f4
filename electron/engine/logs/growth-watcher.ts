import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { debug } from './debug-log.ts';

/** Above this many wake-ups per second a file watcher costs more than it brings, and slows the writer. */
const WATCH_MAX_WAKEUPS_PER_SECOND = 200;
/** Poll interval while a file grows fast, and where watching does not work (milliseconds). */
const GROWTH_POLL_MS = 50;
/** Quiet for this long, a fast-growing file is watched again (milliseconds). */
const GROWTH_QUIET_MS = 1_000;
/** A file that is not there yet is looked for at intervals doubling up to this (milliseconds). */
const MISSING_POLL_MAX_MS = 250;
/** A watched file is looked at now and then, in case its file system announces nothing: doubling from, up to (milliseconds). */
const WATCH_CHECK_MIN_MS = 1_000;
const WATCH_CHECK_MAX_MS = 5_000;
/** How long an announcement may lag behind what a look shows before watching counts as broken (milliseconds). */
const WATCH_GRACE_MS = 200;

/** Report files are always watched; this poll stands in where watching does not work (milliseconds). */
const REPORT_POLL_MS = 20;

/** How report files are watched: always, since few and urgent lines come, with a quick poll where watching does not work. */
export const REPORT_WATCHING: GrowthWatcherOptions = { alwaysWatch: true, fallbackPollMs: REPORT_POLL_MS };

export interface GrowthWatcherOptions {
  /** Poll interval while the file grows fast and where watching does not work (milliseconds). */
  fallbackPollMs?: number | undefined;
  /** Keep watching however fast the file grows: for files with few, urgent lines. */
  alwaysWatch?: boolean | undefined;
}

/** What a look at the file showed; null when it is not there. */
export type FileLook = { size: number; identity: string } | null;

const SECOND_MS = 1_000;

/**
 * Says when a file has changed: it grew, shrank, appeared, went away, or another one took its place.
 *
 *   missing  --appears-->  watching  --more than 200 wake-ups in a second-->  polling
 *   (poll)                 (fs.watch)  <--one second of quiet--               (poll)
 *
 * Where watching is refused or announces nothing, it polls for good. Looks never overlap, and a look is awaited by the next one.
 */
export class GrowthWatcher {
  private readonly path: string;
  private readonly onChange: (look: FileLook) => void;
  private readonly pollMs: number;
  private readonly alwaysWatch: boolean;
  private stopped = false;
  private watcher: FSWatcher | null = null;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private lookAgain = false;
  private seen: FileLook = null;
  private watchWorks = true;
  private missingMs: number;
  private checkMs = WATCH_CHECK_MIN_MS;
  private lastChange = 0;
  private windowStart = 0;
  private wakeups = 0;

  constructor(path: string, onChange: (look: FileLook) => void, options: GrowthWatcherOptions = {}) {
    this.path = path;
    this.onChange = onChange;
    this.pollMs = options.fallbackPollMs ?? GROWTH_POLL_MS;
    this.alwaysWatch = options.alwaysWatch ?? false;
    this.missingMs = this.pollMs;
    this.wake();
  }

  /** Looks at the file now, besides what is announced. */
  wake(): void {
    if (this.stopped) return;
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    void this.look();
  }

  /** Ends everything; nothing is announced any more. */
  stop(): void {
    this.stopped = true;
    this.closeWatcher();
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    do {
      this.lookAgain = false;
      const look = await lookAt(this.path);
      if (this.stopped) return;
      this.take(look);
    } while (this.lookAgain);
    this.looking = false;
    this.schedule();
  }

  private take(look: FileLook): void {
    const before = this.seen;
    if (isSame(look, before)) return;
    this.seen = look;
    this.lastChange = performance.now();
    this.checkMs = WATCH_CHECK_MIN_MS;
    if (look?.identity !== before?.identity) {
      this.closeWatcher();
      this.missingMs = this.pollMs;
      this.watchWorks = true;
    }
    this.onChange(look);
  }

  /** Chooses how the next change is noticed. */
  private schedule(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    if (this.seen === null) {
      this.timer = setTimeout(() => this.wake(), this.missingMs);
      this.missingMs = Math.min(this.missingMs * 2, Math.max(MISSING_POLL_MAX_MS, this.pollMs));
    } else if (this.watcher === null && !this.mayWatch()) {
      this.timer = setTimeout(() => this.wake(), this.pollMs);
    } else if (this.watcher === null) {
      this.openWatcher();
    } else {
      this.timer = setTimeout(() => void this.check(), this.checkMs);
    }
  }

  private mayWatch(): boolean {
    const quiet = performance.now() - this.lastChange >= GROWTH_QUIET_MS;
    return this.watchWorks && (this.alwaysWatch || quiet || this.wakeups <= WATCH_MAX_WAKEUPS_PER_SECOND);
  }

  /** A watched file that changed without a word is on a file system that announces nothing (a network, another machine writing). */
  private async check(): Promise<void> {
    const { seen, wakeups } = this;
    this.checkMs = Math.min(this.checkMs * 2, WATCH_CHECK_MAX_MS);
    const unchanged = isSame(await lookAt(this.path), seen);
    if (!unchanged) {
      // The word may be on its way.
      await setTimeoutAsync(WATCH_GRACE_MS);
    }
    if (this.stopped || this.looking) return;
    if (!unchanged && this.seen === seen && this.wakeups === wakeups) {
      this.watchWorks = false;
      this.poll('it changed, and watching announced nothing');
    }
    this.wake();
  }

  private openWatcher(): void {
    this.wakeups = 0;
    this.windowStart = performance.now();
    try {
      this.watcher = watch(this.path, () => this.onWatchEvent());
      this.watcher.on('error', (error) => {
        this.poll(error.message);
        this.wake();
      });
      debug('files', 'watching', () => ({ path: this.path }));
    } catch (error) {
      // No watches left, or the file has just gone.
      this.watchWorks = false;
      this.poll(String(error));
    }
    // Whatever happened between the look and the watch is seen now.
    this.wake();
  }

  private onWatchEvent(): void {
    const now = performance.now();
    if (now - this.windowStart >= SECOND_MS) {
      this.windowStart = now;
      this.wakeups = 0;
    }
    this.wakeups += 1;
    if (!this.alwaysWatch && this.wakeups > WATCH_MAX_WAKEUPS_PER_SECOND) this.poll('it changes too often');
    this.wake();
  }

  private poll(reason: string): void {
    this.closeWatcher();
    debug('files', 'polling', () => ({ path: this.path, reason, every_ms: this.pollMs }));
  }

  private closeWatcher(): void {
    this.watcher?.close();
    this.watcher = null;
  }
}

/** A folder that may not be read now, a network that is away: as good as missing, and looked at again. */
async function lookAt(path: string): Promise<FileLook> {
  try {
    const stats = await stat(path);
    return { size: stats.size, identity: `${stats.dev}:${stats.ino}` };
  } catch {
    return null;
  }
}

function isSame(a: FileLook, b: FileLook): boolean {
  return a?.size === b?.size && a?.identity === b?.identity;
}

/**
 * Says a file's size whenever it changes, without reading it; the first time when the file is there. A file that is made before it is
 * watched is noticed sooner and costs less than one that is looked for.
 * @returns how to end it
 */
export function watchGrowth(
  path: string,
  onGrown: (size: number) => void,
  options: GrowthWatcherOptions = {},
): { stop: () => void } {
  let announced: number | null = null;
  const watcher = new GrowthWatcher(
    path,
    (look) => {
      if (look !== null && look.size !== announced) {
        announced = look.size;
        onGrown(look.size);
      }
    },
    options,
  );
  return { stop: () => watcher.stop() };
}
