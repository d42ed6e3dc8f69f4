import type { StepSetup } from './step-setup.ts';

/** A worker that ends this often in a row without finishing or even starting an item will not do better the next time. */
const FAILED_STARTS = 3;

/** The longest of these pauses: a host of models or another user's job may need a minute. */
const RESTART_LONGEST_MS = 60_000;

/** A worker that has lived this long was healthy: the next pause is the first again. */
const HEALTHY_SPELL_MS = 60_000;

/** The times of a restart policy, in milliseconds, and how often a start may fail. */
export interface RestartTimes {
  firstMs: number;
  longestMs: number;
  /** A start that lasted this long was a healthy spell: the next pause is the first again. */
  healthyMs: number;
  /** How many failed starts in a row are enough to give up. */
  giveUpAfter: number;
}

/** Returns the times of a step's policy. */
export function restartTimes({ restartPauseMs }: Pick<StepSetup, 'restartPauseMs'>): RestartTimes {
  return {
    firstMs: restartPauseMs,
    longestMs: RESTART_LONGEST_MS,
    healthyMs: HEALTHY_SPELL_MS,
    giveUpAfter: FAILED_STARTS,
  };
}

/** How a start of a worker went. */
export interface StartOutcome {
  ranMs: number;
  /** Whether it began or finished an item. */
  madeProgress: boolean;
}

/**
 * When a worker that ended is started again. It is started at once if it had got as far as an item, else after a pause that doubles from start to
 * start. A healthy spell resets the pause, but not the count of failed starts: otherwise a model that takes long to fail would be loaded for ever.
 */
export class RestartPolicy {
  private readonly times: RestartTimes;
  private failures = 0;
  private doublings = 0;
  private probation = false;

  constructor(times: RestartTimes) {
    this.times = times;
  }

  /** Failed starts in a row: those without any item. */
  get failedStarts(): number {
    return this.failures;
  }

  /** Returns whether there have been enough failed starts. @param most how many are enough */
  isEnough(most: number = this.times.giveUpAfter): boolean {
    return this.probation ? this.failures > 0 : this.failures >= most;
  }

  /** The pause before the next start. */
  get pauseMs(): number {
    return this.failures === 0 ? 0 : pauseAfter(Math.max(1, this.doublings), this.times);
  }

  /** Takes in how a start went. */
  ended({ ranMs, madeProgress }: StartOutcome): void {
    this.failures = madeProgress ? 0 : this.failures + 1;
    this.probation &&= !madeProgress;
    this.doublings = madeProgress || ranMs >= this.times.healthyMs ? 0 : this.doublings + 1;
  }

  /** Resets the policy, because an item was begun or finished. */
  madeProgress(): void {
    this.failures = 0;
    this.doublings = 0;
    this.probation = false;
  }

  /** Makes one failed start enough until an item is begun, as when a device has come back. */
  onProbation(): void {
    this.failures = 0;
    this.doublings = 0;
    this.probation = true;
  }
}

/** Returns the pause after this many failures in a row. It doubles from the first up to the longest. */
export function pauseAfter(
  failures: number,
  { firstMs, longestMs }: Pick<RestartTimes, 'firstMs' | 'longestMs'>,
): number {
  return failures <= 0 ? 0 : Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 40));
}
