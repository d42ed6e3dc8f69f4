import type { FileSearch, SearchHit } from './search-file.ts';

/** What a search thread is given at its start. */
export interface SearchOrder {
  path: string;
  search: FileSearch;
  /** The most hits to hand over; null for all. */
  limit: number | null;
  /** One counter: batches that the reader has taken. The thread sleeps on it when it is too far ahead. */
  taken: SharedArrayBuffer;
  /** How many batches that is. */
  batchesAhead: number;
}

/** Hits in file order. */
export interface HitBatch {
  kind: 'hits';
  hits: SearchHit[];
  /** For each hit the byte offset up to which the log was searched, should it be the last. */
  searchedTo: number[];
}

/** What it sends. `lines` is the number of lines that ended in what was searched, 0 when they are not counted. */
export type SearchMessage =
  | HitBatch
  | { kind: 'done'; searchedTo: number; lines: number }
  | { kind: 'missing' }
  | { kind: 'unreadable'; message: string };
