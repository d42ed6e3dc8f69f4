import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../shared/run/run-state.ts';
import { OwnPaths } from '../../engine/run-directory/own-paths.ts';
import { forEachLine, parseEvent, readJournal } from '../../engine/run-directory/read-journal.ts';

/** A run's state, read from its journal and brought up to date as the journal grows. */
export class RunJournal {
  readonly state: RunState;
  private readonly path: string;
  private readonly paths: OwnPaths;
  private offset: number;

  /** @throws the file system's error when the journal cannot be read */
  constructor(path: string) {
    this.path = path;
    const { state, wholeBytes } = readJournal(path);
    this.state = state;
    this.paths = new OwnPaths(path);
    this.paths.setRun(state.run);
    this.offset = wholeBytes;
  }

  /** Reads what was appended. */
  catchUp(): void {
    this.offset = forEachLine(this.path, (line) => this.apply(parseEvent(line)), this.offset);
  }

  private apply(event: RunEvent | null): void {
    if (event === null) return;
    try {
      applyRunEvent(this.state, this.paths.renew(event));
    } catch {
      // A line that is not one of our events is skipped, as when the journal is read from its beginning.
      this.state.ignored += 1;
    }
  }
}
