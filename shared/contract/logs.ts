import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type InputsOf, run, runId } from './inputs.ts';

/** The name of a log in calls about it. */
export interface LogName {
  run: string;
  source: string;
  step?: number | undefined;
}

/** A log file of a run. */
export interface LogSource {
  source: string;
  /** null for logs of the whole run. */
  step: number | null;
  path: string;
  size: number;
}

export interface LogRange {
  /** Byte offset of the first byte of `bytes`. */
  offset: number;
  bytes: Uint8Array;
  /** The size of the file when it was read. */
  size: number;
}

/** A search hit. */
export interface LogHit {
  /** Line number from 1; null where the search began in the middle. */
  line: number | null;
  /** Byte offset of the line. */
  offset: number;
  text: string;
}

/** Methods about log files. */
export interface LogMethods {
  logSources(input: { run: string }): Promise<Answer<LogSource[]>>;
  readLog(input: LogName & { offset: number; length: number }): Promise<Answer<LogRange>>;
  /** The last lines of a log. */
  tailLog(input: LogName & { lines: number }): Promise<Answer<LogRange>>;
  /** The lines of a log that match a regular expression, in file order. */
  searchLog(input: LogName & { pattern: string; limit: number }): Promise<Answer<{ hits: LogHit[]; more: boolean }>>;
  /** Pushes growth of the log as `logGrown`; the bytes are read by range. */
  followLog(input: LogName): Promise<Answer<{ size: number }>>;
  unfollowLog(input: LogName): Promise<Answer<void>>;
}

/** The largest number of bytes in one answer: enough for many screens, small enough for one message. */
const MAX_RANGE_BYTES = 4 * 1024 * 1024;

const logName = z.object({
  run: runId,
  source: z.string().max(40),
  step: z.number().int().positive().optional(),
});

export const logInputs: InputsOf<LogMethods> = {
  logSources: run,
  readLog: logName.extend({
    offset: z.number().int().nonnegative(),
    length: z.number().int().min(0).max(MAX_RANGE_BYTES),
  }),
  tailLog: logName.extend({ lines: z.number().int().min(1).max(100_000) }),
  searchLog: logName.extend({ pattern: z.string().min(1).max(1_000), limit: z.number().int().min(1).max(10_000) }),
  followLog: logName,
  unfollowLog: logName,
};

/** A warning or error that a worker printed, with its repeats folded. */
export interface LogProblem {
  step: number;
  worker: string;
  level: 'warning' | 'error';
  /** Of a traceback its last exception, after the line that announces it, if there is one. */
  text: string;
  /** A traceback counts once. 0: the problem is gone, because it belongs to another one. */
  count: number;
  /** Byte offset of the first occurrence in the worker's log. */
  offset: number;
  /** The item that the worker was processing at the first one; null when none or unknown, missing when it was not determined. */
  file?: string | null;
}
