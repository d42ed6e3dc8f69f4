import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { debug } from './debug-log.ts';

/** Above this many wake-ups per second a file watcher costs more than it brings, and slows the writer. */
const WATCH_MAX_WAKEUPS_PER_SECOND = 200;
/** Poll interval while a file grows fast, and where watching does not work (milliseconds). */
const GROWTH_POLL_MS = 50;
/** After this time without a change, a fast-growing file is watched again (milliseconds). */
const GROWTH_QUIET_MS = 1_000;
/** A file that does not exist yet is checked at intervals that double up to this (milliseconds). */
const MISSING_POLL_MAX_MS = 250;
/**
 * A watched file is also checked from time to time, in case its file system sends no events. The interval doubles between these two (milliseconds).
 */
const WATCH_CHECK_MIN_MS = 1_000;
const WATCH_CHECK_MAX_MS = 5_000;
/** How long an event may come after a check that shows the change, before watching counts as broken (milliseconds). */
const WATCH_GRACE_MS = 200;

/** Report files are always watched. This poll replaces the watch where it does not work (milliseconds). */
const REPORT_POLL_MS = 20;

/** How report files are watched: always, since their lines are few and urgent, with a quick poll where watching does not work. */
export const REPORT_WATCHING: GrowthWatcherOptions = { alwaysWatch: true, fallbackPollMs: REPORT_POLL_MS };

export interface GrowthWatcherOptions {
  /** Poll interval while the file grows fast and where watching does not work (milliseconds). */
  fallbackPollMs?: number | undefined;
  /** Keep watching however fast the file grows: for files with few, urgent lines. */
  alwaysWatch?: boolean | undefined;
}

/** The state of a file at a check; null when it does not exist. */
export type FileState = { size: number; identity: string } | null;

const SECOND_MS = 1_000;

/**
 * Reports when a file has changed: it grew, shrank, appeared, disappeared, or was replaced by another one.
 *
 *   missing  --appears-->  watching  --more than 200 wake-ups in a second-->  polling
 *   (poll)                 (fs.watch)  <--one second of quiet--               (poll)
 *
 * Where watching is refused or sends no events, it polls from then on. Checks never overlap, and each waits for the one before.
 */
export class GrowthWatcher {
  private readonly path: string;
  private readonly onChange: (state: FileState) => void;
  private readonly pollMs: number;
  private readonly alwaysWatch: boolean;
  private stopped = false;
  private watcher: FSWatcher | null = null;
  private timer: NodeJS.Timeout | undefined;
  private checking = false;
  private checkAgain = false;
  private seen: FileState = null;
  private watchWorks = true;
  private missingMs: number;
  private checkMs = WATCH_CHECK_MIN_MS;
  private lastChange = 0;
  private windowStart = 0;
  private wakeups = 0;

  constructor(path: string, onChange: (state: FileState) => void, options: GrowthWatcherOptions = {}) {
    this.path = path;
    this.onChange = onChange;
    this.pollMs = options.fallbackPollMs ?? GROWTH_POLL_MS;
    this.alwaysWatch = options.alwaysWatch ?? false;
    this.missingMs = this.pollMs;
    this.wake();
  }

  /** Checks the file now, in addition to the events. */
  wake(): void {
    if (this.stopped) return;
    if (this.checking) {
      this.checkAgain = true;
      return;
    }
    this.checking = true;
    void this.update();
  }

  /** Ends everything. No change is reported any more. */
  stop(): void {
    this.stopped = true;
    this.closeWatcher();
    clearTimeout(this.timer);
  }

  private async update(): Promise<void> {
    do {
      this.checkAgain = false;
      const state = await readState(this.path);
      if (this.stopped) return;
      this.take(state);
    } while (this.checkAgain);
    this.checking = false;
    this.schedule();
  }

  private take(state: FileState): void {
    const before = this.seen;
    if (isSame(state, before)) return;
    this.seen = state;
    this.lastChange = performance.now();
    this.checkMs = WATCH_CHECK_MIN_MS;
    if (state?.identity !== before?.identity) {
      this.closeWatcher();
      this.missingMs = this.pollMs;
      this.watchWorks = true;
    }
    this.onChange(state);
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

  /** Checks a watched file. If it changed without an event, its file system sends none (a network, another machine writing). */
  private async check(): Promise<void> {
    const { seen, wakeups } = this;
    this.checkMs = Math.min(this.checkMs * 2, WATCH_CHECK_MAX_MS);
    const unchanged = isSame(await readState(this.path), seen);
    if (!unchanged) {
      // The event may be on its way.
      await setTimeoutAsync(WATCH_GRACE_MS);
    }
    if (this.stopped || this.checking) return;
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
    // A change between the check and the start of the watch is noticed now.
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

/** Reads the state of a file. A folder that may not be read now, or a network that is not available, counts as missing, and is checked again. */
async function readState(path: string): Promise<FileState> {
  try {
    const stats = await stat(path);
    return { size: stats.size, identity: `${stats.dev}:${stats.ino}` };
  } catch {
    return null;
  }
}

function isSame(a: FileState, b: FileState): boolean {
  return a?.size === b?.size && a?.identity === b?.identity;
}

/**
 * Reports a file's size whenever it changes, without reading it; the first time when the file exists. A file that is made before it is watched is
 * noticed sooner and costs less than a missing one that is polled.
 * @returns an object to end it
 */
export function watchGrowth(
  path: string,
  onGrown: (size: number) => void,
  options: GrowthWatcherOptions = {},
): { stop: () => void } {
  let announced: number | null = null;
  const watcher = new GrowthWatcher(
    path,
    (state) => {
      if (state !== null && state.size !== announced) {
        announced = state.size;
        onGrown(state.size);
      }
    },
    options,
  );
  return { stop: () => watcher.stop() };
}
