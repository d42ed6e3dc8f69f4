import { dirname, join } from 'node:path';
import type { ItemRecord, RunEvent } from '../../../shared/run/run-events.ts';

/**
 * Paths of a run's own folder as they are now. The journal names what a step has made by its whole path; where the folder was moved or
 * renamed since, or is a copy, such a path leads to where it was. What stands below the run's id is found where the journal lies.
 */
export class OwnPaths {
  readonly #directory: string;
  /** The run's id between separators; null until the journal has told it. */
  #marks: readonly string[] | null = null;

  /** @param journal the path of journal.ndjson */
  constructor(journal: string) {
    this.#directory = dirname(journal);
  }

  /** Brings the paths in an event up to date. */
  renew(event: RunEvent): RunEvent {
    if (event.type === 'run-created') this.know(event.run);
    if (event.type === 'items') for (const record of event.items) this.#renewRecord(record);
    if (event.type === 'items-reset') for (const record of event.records ?? []) this.#renewRecord(record);
    if (event.type === 'item-complete') event.outputs = event.outputs.map((path) => this.now(path));
    return event;
  }

  /** The run whose paths these are, for whoever begins to read in the middle of a journal. */
  know(run: string): void {
    this.#marks = [`/${run}/`, `\\${run}\\`];
  }

  /** Where a file lies now that had this path. */
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
