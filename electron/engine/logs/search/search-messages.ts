import type { FileSearch, SearchHit } from './search-file.ts';

/** A request to a search thread. It answers with messages, of which `done`, `missing` and `unreadable` are the last. */
export interface SearchOrder {
  path: string;
  search: FileSearch;
  /** The most hits to send; null for all. */
  limit: number | null;
  /** One counter: batches that the reader has taken. The thread sleeps on it when it is too far ahead. */
  taken: SharedArrayBuffer;
  /** How many batches it may be ahead. */
  batchesAhead: number;
}

/** Hits in file order. */
export interface HitBatch {
  kind: 'hits';
  hits: SearchHit[];
}

/**
 * The messages of a search thread. `searchedTo` is the start of a line: all hits before it have been sent. `lines` is the number of lines that ended
 * before it, 0 when they are not counted. `reached` comes from time to time, as long as the search makes progress.
 */
export type SearchMessage =
  | HitBatch
  | { kind: 'reached'; searchedTo: number; lines: number }
  | { kind: 'done'; searchedTo: number; lines: number }
  | { kind: 'missing' }
  | { kind: 'unreadable'; message: string };
