import { applyRunEvent, emptyRunState, type RunState } from '../../../shared/run-state.ts';
import { OwnPaths } from './own-paths.ts';
import { forEachLine, parseEvent } from './read-journal.ts';

/** A journal that is folded as it grows: what was read is not read again. */
export class JournalFold {
  readonly state: RunState = emptyRunState();
  /** The time of the last event; null before the first. */
  lastTime: string | null = null;
  #paths: OwnPaths | null = null;
  /** Bytes that are folded. */
  position = 0;

  /**
   * Folds what was appended since the last time. A journal that became shorter needs a new fold.
   * @throws the file system's error when the file cannot be read
   */
  advance(path: string): void {
    const paths = (this.#paths ??= new OwnPaths(path));
    this.position = forEachLine(
      path,
      (line) => {
        const event = parseEvent(line);
        if (event === null) return;
        applyRunEvent(this.state, paths.renew(event));
        this.lastTime = event.time;
      },
      this.position,
    );
  }
}
