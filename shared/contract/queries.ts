import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing, runId } from './inputs.ts';

/** A value of an answer; integers that a number cannot hold come as text. */
export type QueryCell = string | number | null;

/** The answer to a question over all runs. */
export interface QueryResult {
  columns: string[];
  rows: QueryCell[][];
  /** True when there are more rows than were asked for. */
  more: boolean;
  /** Runs that could not be read, and are in no table. */
  unreadable: string[];
}

/** A table that questions can be asked about. */
export interface QueryTable {
  name: string;
  /** What one row is. */
  about: string;
  columns: { name: string; type: string; about: string }[];
}

/** A line of some log of some run. */
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

export interface RunsSearchResult {
  hits: RunsSearchHit[];
  /** Runs searched to their end. */
  runs: number;
  /** What was read. */
  bytes: number;
  /** The run to go on with; null when all were searched. */
  next: string | null;
}

/** Questions over all runs. */
export interface QueryMethods {
  /** Answers one SELECT over the index of all runs, which is brought up to date first. */
  query(input: { sql: string; limit: number; rebuild: boolean }): Promise<Answer<QueryResult>>;
  queryTables(input: Record<string, never>): Promise<QueryTable[]>;
  /**
   * Searches the logs of all runs for a regular expression, the newest run first. A new search of a client ends its earlier one, which then
   * answers with what it has.
   */
  searchRuns(input: {
    pattern: string;
    limit: number;
    pipeline: string | null;
    source: string | null;
    from: string | null;
  }): Promise<Answer<RunsSearchResult>>;
}

/** More rows than anybody looks at, and as many as can be held. */
const MAX_ROWS = 1_000_000;
/** Longer than any question that a person writes. */
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
    /** The run to begin with; what is newer was searched before. */
    from: runId.nullable(),
  }),
};
