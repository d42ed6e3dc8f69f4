import { Notification } from 'electron';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { RunEndStatus } from '../../shared/run/run-events.ts';
import { isUnderWay } from '../../shared/run/run-status.ts';
import type { OwnedEnd } from '../engine/api/engine-api.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { endWords, runTitle } from './run-words.ts';

/** Shows desktop notifications when a run ends, and when the first file of a run has failed for good. */
export class RunNotifications {
  private readonly show: (run: string) => void;
  private readonly isWanted: () => boolean;
  /** Runs whose first failure was reported. */
  private readonly failing = new Set<string>();
  /** Runs that were seen in the queue, and those of them that have begun. */
  private readonly waiting = new Set<string>();
  private readonly begun = new Set<string>();
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

  /** Notes runs of the list: those that waited for devices are conducted by other processes, so their start and their end show here. */
  listed(changed: readonly RunListEntry[]): void {
    for (const entry of changed) {
      const { run, status } = entry;
      if (status === 'queued') {
        this.waiting.add(run);
      } else if (status === 'running' && this.waiting.delete(run)) {
        this.begun.add(run);
        this.notify(run, `${runTitle(entry)} begins`, 'Its devices are free.');
      } else if (isOver(status) && this.begun.delete(run)) {
        const { title, body } = endWords({ ...entry, status });
        this.notify(run, title, body);
      }
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

function isOver(status: RunListEntry['status']): status is RunEndStatus {
  return !isUnderWay(status) && status !== 'damaged' && status !== 'interrupted';
}
