import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { WorkerProcess } from '../processes/worker-process.ts';
import type { WorkerSlot } from './worker-slot.ts';

/**
 * How long an engine that is to hand a step over waits for starts to be recorded and lines to be written: both take milliseconds, and where a
 * disk is full the run rather stays where it is.
 */
const LEAVE_LIMIT_MS = 5_000;
const LEAVE_POLL_MS = 5;

/** What is to be ended when an engine lets go of a step: a timer, a watch. */
type Ending = () => void;

/**
 * How an engine takes its hands off a step whose workers live on, so that another engine adopts them. First the step is held: nothing is
 * started or handed out. When every start is recorded and every line is written, it is let go of, in one turn of the event loop: from then on
 * nothing of it is read, judged, timed or ended here.
 */
export class LeaveTaking {
  private state: 'here' | 'held' | 'gone' = 'here';
  private readonly starts = new Set<Promise<unknown>>();
  private readonly endings = new Set<Ending>();

  /** Whether nothing may be started or handed out now. */
  get isHeld(): boolean {
    return this.state !== 'here';
  }

  /** Whether the step is no longer this engine's. */
  get isGone(): boolean {
    return this.state === 'gone';
  }

  /** Notes a start: until its worker is recorded, no other engine could know of it. */
  track(start: Promise<WorkerProcess | null>): void {
    const recorded = start.then((process) => process?.identity);
    const noted = recorded.then(
      () => undefined,
      () => undefined,
    );
    this.starts.add(noted);
    void noted.then(() => this.starts.delete(noted));
  }

  /** Ends something when the step is let go of. @returns takes that back, for what has ended before */
  endWith(ending: Ending): () => void {
    this.endings.add(ending);
    return () => this.endings.delete(ending);
  }

  /**
   * Lets go of the step's workers.
   * @param mayLeave asked at the last moment: not when the step is being stopped or over
   * @returns false when that is not possible now; then the step goes on as before
   */
  async leave(slots: readonly WorkerSlot[], mayLeave: () => boolean): Promise<boolean> {
    if (this.state !== 'here') return false;
    this.state = 'held';
    const deadline = performance.now() + LEAVE_LIMIT_MS;
    // What was decided in this turn of the event loop is started in it.
    await nextTurn();
    while (mayLeave() && this.isBusy(slots) && performance.now() < deadline) await sleep(LEAVE_POLL_MS);
    await nextTurn();
    if (!mayLeave() || this.isBusy(slots)) {
      this.state = 'here';
      return false;
    }
    this.state = 'gone';
    for (const end of this.endings) end();
    this.endings.clear();
    for (const slot of slots) slot.letGo();
    return true;
  }

  private isBusy(slots: readonly WorkerSlot[]): boolean {
    return (
      this.starts.size > 0 ||
      slots.some(({ isBeingJudged, process }) => isBeingJudged || process?.hasUnsentInput === true)
    );
  }
}
