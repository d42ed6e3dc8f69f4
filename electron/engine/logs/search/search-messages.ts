import type { FileSearch, SearchHit } from './search-file.ts';

/** What a search thread is given at its start. */
export interface SearchOrder {
  path: string;
  search: FileSearch;
  /** The most hits to hand over; null for all. */
  limit: number | null;
  /** One counter: batches that the reader has taken. The thread sleeps on it when it is too far ahead. */
  taken: SharedArrayBuffer;
}

/** What it sends. */
export type SearchMessage =
  | { kind: 'hits'; hits: SearchHit[] }
  | { kind: 'done'; searchedTo: number; limited: boolean }
  | { kind: 'missing' }
  | { kind: 'unreadable'; message: string };
