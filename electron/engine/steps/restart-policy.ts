import type { StepSetup } from './step-setup.ts';

/** A worker that ends this often in a row without finishing or even starting an item will not do better the next time. */
const FAILED_STARTS = 3;

/** The longest of these pauses: a host of models or a stranger's job may need a minute. */
const RESTART_LONGEST_MS = 60_000;

/** A worker that has lived this long was well: the next pause is the first again. */
const HEALTHY_SPELL_MS = 60_000;

/** Times of a restart policy, in milliseconds, and how often a start may fail. */
export interface RestartTimes {
  firstMs: number;
  longestMs: number;
  /** A start that lasted as long was a healthy spell: the next pause is the first again. */
  healthyMs: number;
  /** So many starts in a row without any item are enough. */
  giveUpAfter: number;
}

/** The times of a step's policy. */
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
 * When a worker that ended is started again: at once after one that had got as far as an item, else after a pause that doubles from start to
 * start. A healthy spell sets the pause back, not the count of failed starts: a model that takes long to fail would be loaded for ever.
 */
export class RestartPolicy {
  private readonly times: RestartTimes;
  private failures = 0;
  private doublings = 0;
  private probation = false;

  constructor(times: RestartTimes) {
    this.times = times;
  }

  /** Starts in a row without any item. */
  get failedStarts(): number {
    return this.failures;
  }

  /** Whether there have been enough failed starts; as a rule, or so many. */
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

  /** An item was begun or finished. */
  madeProgress(): void {
    this.failures = 0;
    this.doublings = 0;
    this.probation = false;
  }

  /** From now on one failed start is enough, as when a device has come back, until an item is begun. */
  onProbation(): void {
    this.failures = 0;
    this.doublings = 0;
    this.probation = true;
  }
}

/** The pause after so many failures in a row: it doubles from the first up to the longest. */
export function pauseAfter(
  failures: number,
  { firstMs, longestMs }: Pick<RestartTimes, 'firstMs' | 'longestMs'>,
): number {
  return failures <= 0 ? 0 : Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 40));
}
