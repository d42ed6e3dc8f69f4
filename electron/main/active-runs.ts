import { EventEmitter } from 'node:events';
import { app, BrowserWindow, powerSaveBlocker } from 'electron';
import type { Engine } from '../engine/api/engine-api.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { doneShare } from './run-words.ts';

/** How often the progress of the runs is checked (ms): the bar in the task bar moves at least once a second. */
const POLL_MS = 500;

/** For Electron, a value above 1 means progress of unknown extent. */
const UNKNOWN_SHARE = 2;
const NO_BAR = -1;

/** The active runs of this app. Emits `change` whenever they change. */
export class ActiveRuns extends EventEmitter<{ change: [readonly OwnedProgress[]] }> {
  private readonly engine: Pick<Engine, 'ownedProgress'>;
  private readonly timer: NodeJS.Timeout;
  private reported = '[]';

  constructor(engine: Pick<Engine, 'ownedProgress'>) {
    super();
    this.engine = engine;
    this.timer = setInterval(() => this.poll(), POLL_MS);
  }

  get current(): readonly OwnedProgress[] {
    return this.engine.ownedProgress();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private poll(): void {
    const { current } = this;
    const now = JSON.stringify(current);
    if (now === this.reported) return;
    this.reported = now;
    this.emit('change', current);
  }
}

/** Keeps the machine from going to sleep on request. */
export class SleepBlock {
  private blocker: number | null = null;

  set(wanted: boolean): void {
    if (wanted) {
      this.blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    } else if (this.blocker !== null) {
      powerSaveBlocker.stop(this.blocker);
      this.blocker = null;
    }
  }
}

/** Shows the progress and the number of the runs on the task bar or the dock. */
export function showProgress(runs: readonly OwnedProgress[]): void {
  const share = runs.length === 0 ? NO_BAR : (doneShare(runs) ?? UNKNOWN_SHARE);
  const mode = runs.some(({ items }) => items.failed > 0) ? 'error' : 'normal';
  for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(share, { mode });
  app.setBadgeCount(runs.length);
}
