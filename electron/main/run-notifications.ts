import { Notification } from 'electron';
import type { OwnedEnd } from '../engine/api/engine-api.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { endWords, runTitle } from './run-words.ts';

/** Shows desktop notifications when a run ends, and when the first file of a run has failed for good. */
export class RunNotifications {
  private readonly show: (run: string) => void;
  private readonly isWanted: () => boolean;
  /** Runs whose first failure was reported. */
  private readonly failing = new Set<string>();
  /** Without a reference, a notification is collected, and its click is lost. */
  private readonly shown = new Set<Notification>();

  /** @param show shows a run after a click */
  constructor(show: (run: string) => void, isWanted: () => boolean) {
    this.show = show;
    this.isWanted = isWanted;
  }

  ended(end: OwnedEnd): void {
    this.failing.delete(end.run);
    const { title, body } = endWords(end);
    this.notify(end.run, title, body);
  }

  progressed(runs: readonly OwnedProgress[]): void {
    for (const run of runs) {
      if (run.items.failed === 0 || run.stopping || this.failing.has(run.run)) continue;
      this.failing.add(run.run);
      this.notify(run.run, `A file failed in ${runTitle(run)}`, 'The others continue. Open the run to see why.');
    }
  }

  private notify(run: string, title: string, body: string): void {
    if (!this.isWanted() || !Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    this.shown.add(notification);
    notification.on('click', () => this.show(run));
    notification.on('close', () => this.shown.delete(notification));
    notification.show();
  }
}
