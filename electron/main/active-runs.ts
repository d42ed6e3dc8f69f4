import { EventEmitter } from 'node:events';
import { app, BrowserWindow, powerSaveBlocker } from 'electron';
import type { Engine } from '../engine/api/engine-api.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { doneShare } from './run-words.ts';

/** How often it is looked how far the runs are (ms): a bar in the task bar moves in steps of a second at the most. */
const LOOK_MS = 500;

/** More than one means to Electron: work whose share is not known. */
const UNKNOWN_SHARE = 2;
const NO_BAR = -1;

/** The runs of this app that are under way, told whenever they change. */
export class ActiveRuns extends EventEmitter<{ change: [readonly OwnedProgress[]] }> {
  private readonly engine: Pick<Engine, 'ownedProgress'>;
  private readonly timer: NodeJS.Timeout;
  private told = '[]';

  constructor(engine: Pick<Engine, 'ownedProgress'>) {
    super();
    this.engine = engine;
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  get current(): readonly OwnedProgress[] {
    return this.engine.ownedProgress();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { current } = this;
    const now = JSON.stringify(current);
    if (now === this.told) return;
    this.told = now;
    this.emit('change', current);
  }
}

/** Keeps the machine from going to sleep while it is wanted. */
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

/** Shows on the task bar or the dock how far the runs are, and how many there are. */
export function showProgress(runs: readonly OwnedProgress[]): void {
  const share = runs.length === 0 ? NO_BAR : (doneShare(runs) ?? UNKNOWN_SHARE);
  const mode = runs.some(({ items }) => items.failed > 0) ? 'error' : 'normal';
  for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(share, { mode });
  app.setBadgeCount(runs.length);
}
