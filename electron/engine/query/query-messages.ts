import type { Table } from './ask-index.ts';

/** One question, as the thread that answers it gets it. */
export interface QueryOrder {
  /** The index file. */
  index: string;
  /** The folder of all runs. */
  runs: string;
  sql: string;
  limit: number;
  /** Make the index anew first. */
  rebuild: boolean;
}

/** What the thread says. The last one is `answer` or `refused`. */
export type QueryNews =
  | { type: 'indexing'; done: number; total: number }
  | { type: 'asking' }
  | { type: 'answer'; table: Table; unreadable: string[] }
  /** The index could not be made or written. */
  | { type: 'no-index'; message: string }
  | { type: 'refused'; message: string };
