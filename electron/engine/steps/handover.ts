import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { WorkerProcess } from '../processes/worker-process.ts';
import type { Worker } from './worker.ts';

/**
 * How long an engine that hands a step over waits for starts to be recorded and lines to be written. Both take milliseconds.
 * Where a disk is full, the run stays with its engine.
 */
const HANDOVER_LIMIT_MS = 5_000;
const HANDOVER_POLL_MS = 5;

/** Ends something when a step is handed over: a timer, a watch. */
type Ending = () => void;

/**
 * Hands a step over to another engine, which adopts its live workers. First the step is held: nothing is started or handed out.
 * When every start is recorded and every line is written, the step is detached in one turn of the event loop. From then on nothing of it is read,
 * judged, timed or ended here.
 */
export class Handover {
  private state: 'owned' | 'held' | 'gone' = 'owned';
  private readonly starts = new Set<Promise<unknown>>();
  private readonly endings = new Set<Ending>();

  /** Whether nothing may be started or handed out now. */
  get isHeld(): boolean {
    return this.state !== 'owned';
  }

  /** Whether the step no longer belongs to this engine. */
  get isGone(): boolean {
    return this.state === 'gone';
  }

  /** Keeps track of a start: no other engine could know of its worker until that is recorded. */
  track(start: Promise<WorkerProcess | null>): void {
    const recorded = start.then((process) => process?.identity);
    const noted = recorded.then(
      () => undefined,
      () => undefined,
    );
    this.starts.add(noted);
    void noted.then(() => this.starts.delete(noted));
  }

  /** Ends something when the step is handed over. @returns cancels that, for something that has ended before */
  endWith(ending: Ending): () => void {
    this.endings.add(ending);
    return () => this.endings.delete(ending);
  }

  /**
   * Detaches the step's workers.
   * @param mayLeave asked at the last moment: false when the step is being stopped or is over
   * @returns false when that is not possible now. Then the step goes on as before.
   */
  async leave(workers: readonly Worker[], mayLeave: () => boolean): Promise<boolean> {
    if (this.state !== 'owned') return false;
    this.state = 'held';
    const deadline = performance.now() + HANDOVER_LIMIT_MS;
    // Whatever this turn of the event loop decided to start is started within this turn.
    await nextTurn();
    while (mayLeave() && this.isBusy(workers) && performance.now() < deadline) await sleep(HANDOVER_POLL_MS);
    await nextTurn();
    if (!mayLeave() || this.isBusy(workers)) {
      this.state = 'owned';
      return false;
    }
    this.state = 'gone';
    for (const end of this.endings) end();
    this.endings.clear();
    for (const worker of workers) worker.detach();
    return true;
  }

  private isBusy(workers: readonly Worker[]): boolean {
    return (
      this.starts.size > 0 ||
      workers.some(({ isBeingJudged, process }) => isBeingJudged || process?.hasUnsentInput === true)
    );
  }
}
