import type { Failure } from '../run/failure.ts';
import type { ItemRecord } from '../run/run-events.ts';

export type ItemStatus = 'pending' | 'running' | 'complete' | 'failed' | 'skipped';

/** The current state of an item: a view of a row of its step's table. It has getters, whose values are lost when it is spread. */
export interface ItemState extends Readonly<ItemRecord> {
  readonly status: ItemStatus;
  /** Attempts begun, including the current one; reset by a retry or a changed input. */
  readonly attempts: number;
  /** The rank that holds it or held it last. */
  readonly rank: number | null;
  /** Byte ranges of the worker's log that belong to it, one per attempt: [rank, from, to]; `to` is null while it runs. */
  readonly spans: [rank: number, from: number, to: number | null][];
  /** The offset of its first report in the report file of the rank. */
  readonly report_offset: number;
  readonly seconds: number | null;
  readonly outputs: string[];
  readonly failure: Failure | null;
}
