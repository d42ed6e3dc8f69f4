import { dirname, join } from 'node:path';
import type { ItemRecord, RunEvent } from '../../../shared/run/run-events.ts';

/**
 * Paths of a run's own folder as they are now. The journal names what a step has made by its whole path. If the folder was moved, renamed or copied
 * since, such a path leads to the old place. Files below the run's id are found where the journal is now.
 */
export class OwnPaths {
  readonly #directory: string;
  /** The run's id between separators; null until the journal has given it. */
  #marks: readonly string[] | null = null;

  /** @param journal the path of journal.ndjson */
  constructor(journal: string) {
    this.#directory = dirname(journal);
  }

  /** Updates the paths in an event. */
  renew(event: RunEvent): RunEvent {
    if (event.type === 'run-created') this.setRun(event.run);
    if (event.type === 'items') for (const record of event.items) this.#renewRecord(record);
    if (event.type === 'items-reset') for (const record of event.records ?? []) this.#renewRecord(record);
    if (event.type === 'item-complete') event.outputs = event.outputs.map((path) => this.now(path));
    return event;
  }

  /** Sets the run whose paths these are, for callers that begin to read in the middle of a journal. */
  setRun(run: string): void {
    this.#marks = [`/${run}/`, `\\${run}\\`];
  }

  /** Returns the present path of a file that had this path. */
  now(path: string): string {
    for (const mark of this.#marks ?? []) {
      const at = path.indexOf(mark);
      if (at < 0) continue;
      const before = path.slice(0, at + mark.length - 1);
      return before === this.#directory ? path : join(this.#directory, path.slice(at + mark.length));
    }
    return path;
  }

  #renewRecord(record: ItemRecord): void {
    record.file = this.now(record.file);
    if (record.joined === undefined) return;
    for (const [word, path] of Object.entries(record.joined)) record.joined[word] = this.now(path);
  }
}
