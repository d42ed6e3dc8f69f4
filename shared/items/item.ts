import type { Failure } from '../run/failure.ts';
import type { ItemRecord } from '../run/run-events.ts';

export type ItemStatus = 'pending' | 'running' | 'complete' | 'failed' | 'skipped';

/** An item as it is now: a view of a row of its step's table. It has getters, so its values do not come along when it is spread. */
export interface ItemState extends Readonly<ItemRecord> {
  readonly status: ItemStatus;
  /** Attempts begun, the current one included; reset by a retry or a changed input. */
  readonly attempts: number;
  /** The rank that has it or had it last. */
  readonly rank: number | null;
  /** Byte ranges of the worker's log that belong to it, one per attempt: [rank, from, to]; `to` is null while it runs. */
  readonly spans: [rank: number, from: number, to: number | null][];
  /** Where its reports begin in the rank's report file. */
  readonly report_offset: number;
  readonly seconds: number | null;
  readonly outputs: string[];
  readonly failure: Failure | null;
}
