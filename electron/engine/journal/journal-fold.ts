import { applyRunEvent, emptyRunState, type RunState } from '../../../shared/run-state.ts';
import { forEachLine, parseEvent } from './read-journal.ts';

/** A journal that is folded as it grows: what was read is not read again. */
export class JournalFold {
  readonly state: RunState = emptyRunState();
  /** The time of the last event; null before the first. */
  lastTime: string | null = null;
  /** Bytes that are folded. */
  position = 0;

  /**
   * Folds what was appended since the last time. A journal that became shorter needs a new fold.
   * @throws the file system's error when the file cannot be read
   */
  advance(path: string): void {
    this.position = forEachLine(
      path,
      (line) => {
        const event = parseEvent(line);
        if (event === null) return;
        applyRunEvent(this.state, event);
        this.lastTime = event.time;
      },
      this.position,
    );
  }
}
