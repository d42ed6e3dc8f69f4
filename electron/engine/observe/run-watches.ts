import type { Events } from '../../../shared/contract/events.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { isOverStatus, type JournalStatus, nextJournalStatus } from '../../../shared/run/run-lifecycle.ts';
import type { RunStatus } from '../../../shared/run/run-status.ts';
import { journalFile } from '../run-directory/paths.ts';
import { followJournal, type JournalFollower } from './follow-journal.ts';

/** How often it is checked whether an unended run still has an owner: a crash is noticed within this time. */
const OWNER_CHECK_MS = 1_000;

/** After its last event a run is about to lose its owner. Its end is noticed within this time. */
const LAST_CHECK_MS = 25;

/** A run without owner is over after this many checks: the last lines of an owner that has just ended may still have to be read. */
const OWNERLESS_CHECKS = 2;

export interface WatchTarget {
  push: <Name extends 'runEvents' | 'runEnded'>(name: Name, payload: Parameters<Events[Name]>[0]) => void;
  isOwned: (directory: string) => boolean;
  /** Called when what is in the journal has been pushed and the run goes on. */
  onBegun: (run: string) => void;
  /** Called when a run is found to be over, before `runEnded` is pushed. */
  onOver: (run: string, status: RunStatus) => void;
}

interface Watch {
  follower: JournalFollower;
  timer: NodeJS.Timeout;
}

/** Watches runs for one client, whoever owns them: pushes all events from the first, then `runEnded` when a run ended or lost its owner. */
export class RunWatches {
  private readonly target: WatchTarget;
  private readonly watches = new Map<string, Watch>();

  constructor(target: WatchTarget) {
    this.target = target;
  }

  /** How many runs are watched. */
  get count(): number {
    return this.watches.size;
  }

  has(run: string): boolean {
    return this.watches.has(run);
  }

  /** Watches a run; does nothing when it is watched already. Events come after this has returned. */
  watch(run: string, directory: string): void {
    if (this.watches.has(run)) return;
    let status: JournalStatus = 'pending';
    const receive = (events: RunEvent[]): void => {
      for (const event of events) status = nextJournalStatus(status, event);
      this.target.push('runEvents', { run, events });
      if (isOverStatus(status)) this.checkOften(run, readAndCheck);
    };
    let ownerless = 0;
    const check = (): void => {
      const owned = this.target.isOwned(directory);
      ownerless = owned ? 0 : ownerless + 1;
      // An ended run is over when its owner has written the records and given up ownership.
      if (!owned && (isOverStatus(status) || ownerless >= OWNERLESS_CHECKS)) this.end(run, status);
    };
    let due = false;
    let begun = false;
    const follower = followJournal(journalFile(directory), receive, () => {
      if (!due) return;
      due = false;
      check();
      if (begun || !this.watches.has(run)) return;
      begun = true;
      this.target.onBegun(run);
    });
    // Reads all that is there, and then checks whether the run is over.
    const readAndCheck = (): void => {
      due = true;
      follower.read();
    };
    const timer = setInterval(readAndCheck, OWNER_CHECK_MS);
    this.watches.set(run, { follower, timer });
    setImmediate(() => {
      if (this.watches.get(run)?.follower === follower) readAndCheck();
    });
  }

  /** Ends a watch; no event of the run is pushed any more. */
  unwatch(run: string): void {
    const watch = this.watches.get(run);
    if (watch === undefined) return;
    clearInterval(watch.timer);
    watch.follower.stop();
    this.watches.delete(run);
  }

  close(): void {
    for (const run of this.watches.keys()) this.unwatch(run);
  }

  private checkOften(run: string, readAndCheck: () => void): void {
    const watch = this.watches.get(run);
    if (watch === undefined) return;
    clearInterval(watch.timer);
    watch.timer = setInterval(readAndCheck, LAST_CHECK_MS);
  }

  private end(run: string, status: JournalStatus): void {
    this.unwatch(run);
    const ended = isOverStatus(status) ? status : 'interrupted';
    this.target.onOver(run, ended);
    this.target.push('runEnded', { run, status: ended });
  }
}
