import { z } from 'zod';
import { RUN_ID_PATTERN } from '../ids.ts';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing } from './inputs.ts';

/** A value in an answer; integers that do not fit into a number are sent as text. */
export type QueryCell = string | number | null;

/** The answer to a query over all runs. */
export interface QueryResult {
  columns: string[];
  rows: QueryCell[][];
  /** True when there are more rows than requested. */
  more: boolean;
  /** Runs that could not be read and are missing from the tables. */
  unreadable: string[];
}

/** A table for queries. */
export interface QueryTable {
  name: string;
  /** What one row is. */
  about: string;
  columns: { name: string; type: string; about: string }[];
}

/** A matching line in a log of a run. */
export interface RunsSearchHit {
  run: string;
  pipeline: string;
  source: string;
  /** null for logs of the whole run. */
  step: number | null;
  /** From 1; null when not known. */
  line: number | null;
  /** Bytes. */
  offset: number;
  text: string;
}

/** A log, or the logs of a run, that could not be searched to the end. Going on with the search does not help. */
export interface UnsearchedLog {
  run: string;
  pipeline: string;
  /** null when it is all logs of the run. */
  source: string | null;
  /** null for logs of the whole run. */
  step: number | null;
  /** The part of it that was searched (bytes). */
  offset: number;
  /** `slow`: the pattern takes too long on this text; `unreadable`: the log cannot be read. */
  reason: 'slow' | 'unreadable';
  message: string;
}

export interface RunsSearchResult {
  hits: RunsSearchHit[];
  /** Runs that were searched to their last log. */
  runs: number;
  /** What was read (bytes). */
  bytes: number;
  /** The number of logs of which only the first hits were taken. */
  cut: number;
  /** What could not be searched: it may have further hits. */
  unsearched: UnsearchedLog[];
  /** Where to go on, as `from` of the next search; null when nothing is left. */
  next: string | null;
  /** The number of runs left, including the run of `next`. */
  left: number;
}

/** Methods for queries over all runs. */
export interface QueryMethods {
  /** Answers one SELECT over the index of all runs, which is updated first. */
  query(input: { sql: string; limit: number; rebuild: boolean }): Promise<Answer<QueryResult>>;
  queryTables(input: Record<string, never>): Promise<Answer<QueryTable[]>>;
  /**
   * Searches the logs of all runs for a regular expression, the newest run first. A new search of a client ends its earlier one, which then
   * answers with what it has. When the time was not enough, `next` says where to go on, in the middle of a log if necessary.
   */
  searchRuns(input: {
    pattern: string;
    limit: number;
    pipeline: string | null;
    source: string | null;
    from: string | null;
  }): Promise<Answer<RunsSearchResult>>;
}

/** The place where a search continues: a run, and in it a log and an offset, such as `RUN/step_001/worker_0@4096`. */
const SEARCH_PLACE = new RegExp(
  `${RUN_ID_PATTERN.source.slice(0, -1)}(?:/(?:step_\\d{3,9}/)?[a-z]{1,20}(?:_\\d{1,6})?@\\d{1,16}(?::\\d{1,16})?)?$`,
);
export const searchPlace = z.string().regex(SEARCH_PLACE);

/** More rows than a person reads, and as many as fit into memory. */
const MAX_ROWS = 1_000_000;
/** Longer than any query that a person writes. */
const MAX_SQL_CHARS = 100_000;

export const queryInputs: InputsOf<QueryMethods> = {
  query: z.object({
    sql: z.string().min(1).max(MAX_SQL_CHARS),
    limit: z.number().int().min(1).max(MAX_ROWS),
    rebuild: z.boolean(),
  }),
  queryTables: nothing,
  searchRuns: z.object({
    pattern: z.string().min(1).max(1_000),
    limit: z.number().int().min(1).max(10_000),
    pipeline: z.string().max(100).nullable(),
    source: z.string().max(40).nullable(),
    /** Where to begin: `next` of an answer, or the run to begin with; newer runs were searched before. */
    from: searchPlace.nullable(),
  }),
};
