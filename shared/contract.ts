import { z } from 'zod';
import type { Device } from './device.ts';
import { RUN_ID_PATTERN } from './ids.ts';
import { dispatchSchema, type Parameter } from './pipeline.ts';
import type { Problem } from './problem.ts';
import type { Result } from './result.ts';
import type { RunEvent } from './run-events.ts';
import type { RunStatus, RunStatusDocument } from './run-status.ts';

/**
 * The contract between the engine and its front doors (window, browser, command). One entry per method: its input schema, checked at
 * the door, and the type of its answer. Expected failures come back as a `Result` with a `Problem`; an exception is a bug.
 */

const runId = z.string().regex(RUN_ID_PATTERN);
const run = z.object({ run: runId });

/** What a person asks for when launching; shared by plan and start. */
export const launchSchema = z.object({
  /** A pipeline's name, or the path of a JSON file. */
  pipeline: z.string().min(1),
  inputs: z.array(z.string().min(1)).min(1),
  output: z.string().optional(),
  devices: z.string().optional(),
  parameters: z.record(z.string(), z.string()).default({}),
  dispatch: dispatchSchema.optional(),
  retries: z.number().int().min(0).max(100).optional(),
  workersPerDevice: z.number().int().min(1).max(64).optional(),
  /** Seconds. */
  stallTimeout: z.number().positive().optional(),
  name: z.string().max(200).optional(),
  overwrite: z.boolean().default(false),
  /** Go on without input files that cannot be costed (a truncated gzip), instead of refusing. */
  skipInvalid: z.boolean().default(false),
  /** Where relative paths start. */
  workingDirectory: z.string(),
});
export type LaunchRequest = z.infer<typeof launchSchema>;

export interface PipelineSummary {
  name: string;
  title: string;
  description: string;
  /** `bundled` or the path of the user's file. */
  source: string;
  /** True when a person's own file stands in for a bundled pipeline of the same name. */
  replacesBundled: boolean;
  patterns: string[];
  parameters: Record<string, Parameter>;
  steps: { name: string; dispatch: string; device: string; command: string[] }[];
}

export interface PipelineList {
  pipelines: PipelineSummary[];
  /** Files in the pipelines folder that could not be used, with the reason. */
  problems: { file: string; problem: Problem }[];
}

export interface PlanRank {
  rank: number;
  device: Device;
  load: number;
  items: { file: string; cost: number }[];
}

export interface Plan {
  items: number;
  cost: number;
  lower_bound: number;
  /** Largest load / lower bound; 1 when nothing is to do. */
  imbalance: number;
  /** Seconds until the last rank ends, where earlier runs taught the speed; else null. */
  predicted_seconds: number | null;
  ranks: PlanRank[];
}

export interface RunListEntry {
  run: string;
  pipeline: string;
  name: string | null;
  status: RunStatus | 'damaged';
  created: string | null;
  ended: string | null;
  items: { total: number; complete: number; failed: number };
  directory: string;
  /** Why it is damaged. */
  damage: string | null;
}

const logQuerySchema = z.object({
  run: runId,
  source: z.string().max(40),
  step: z.number().int().positive().optional(),
});

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
  /** The file's size when it was read. */
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

export interface ArchiveResult {
  path: string;
  size: number;
  sha256: string;
}

export interface Difference {
  what: string;
  detail: string;
}

export interface ReconciliationResult {
  /** True when nothing differs. */
  agreed: boolean;
  rounds: number;
  differences: Difference[];
}

export interface CleanResult {
  runs: { run: string; directory: string; bytes: number }[];
  bytes: number;
  dryRun: boolean;
}

/** Anything that can be refused for a reason a person can mend. */
type Answer<T> = Result<T, Problem>;

/** Progress inside items and devices that is not journaled: what the live display needs beyond the events. */
export interface LiveProgress {
  workers: {
    step: number;
    rank: number;
    file: string | null;
    /** Progress inside the file, from reports or from a tqdm-style line; null when unknown. */
    done: number | null;
    total: number | null;
    /** Whether its process was found on the device it was given; null while that is not known. */
    on_device: boolean | null;
  }[];
  devices: {
    uuid: string | null;
    kind: string;
    index: number;
    utilization: number | null;
    memory_used: number | null;
  }[];
}

/** A warning or error that a worker printed, repeats folded. */
export interface LogProblem {
  step: number;
  worker: string;
  level: 'warning' | 'error';
  text: string;
  count: number;
  /** Byte offset of the first one in the worker's log. */
  offset: number;
}

/** A log as it is named in calls about it. */
export interface LogName {
  run: string;
  source: string;
  step?: number | undefined;
}

/** A folder of the machine that the engine runs on, as its user may read it: a browser has no file dialog of its own for it. */
export interface FolderListing {
  /** Absolute. */
  path: string;
  /** null at the top. */
  parent: string | null;
  /** Folders first, each kind by name; hidden ones are left out. */
  entries: { name: string; path: string; kind: 'folder' | 'file'; size: number | null }[];
  /** How many entries were left out beyond the limit of one listing. */
  more: number;
}

/** What a client wants to know before anything else. */
export interface About {
  version: string;
  home: string;
  platform: string;
  hostname: string;
  /** The folder where relative paths and the file browser begin. */
  workingDirectory: string;
  /** The bundled sample files. */
  samples: string;
}

/** Method name → input schema and answer type. */
export interface Methods {
  devices(input: Record<string, never>): Promise<{ devices: Device[]; problems: string[] }>;
  pipelines(input: Record<string, never>): Promise<PipelineList>;
  plan(input: LaunchRequest): Promise<Answer<Plan>>;
  startRun(input: LaunchRequest & { detach: boolean }): Promise<Answer<{ run: string; directory: string }>>;
  resumeRun(input: {
    run: string;
    detach: boolean;
  }): Promise<Answer<{ run: string; directory: string; alreadyComplete: boolean }>>;
  retryRun(input: {
    run: string;
    items: string[];
    detach: boolean;
  }): Promise<Answer<{ run: string; directory: string; retried: number }>>;
  stopRun(input: { run: string; force: boolean; by: string }): Promise<Answer<{ status: RunStatus }>>;
  findRun(input: { text: string; prefer: 'newest' | 'active' }): Promise<Answer<{ run: string; directory: string }>>;
  runs(input: Record<string, never>): Promise<RunListEntry[]>;
  runStatus(input: { run: string }): Promise<Answer<RunStatusDocument>>;
  /** Journal events from an event index on are then pushed as `runEvents`; answers with the status document. */
  watchRun(input: { run: string }): Promise<Answer<RunStatusDocument>>;
  unwatchRun(input: { run: string }): Promise<void>;
  logSources(input: { run: string }): Promise<Answer<LogSource[]>>;
  readLog(input: {
    run: string;
    source: string;
    step?: number | undefined;
    offset: number;
    length: number;
  }): Promise<Answer<LogRange>>;
  summary(input: { run: string }): Promise<Answer<{ path: string; text: string }>>;
  archive(input: { run: string }): Promise<Answer<ArchiveResult>>;
  verifyArchive(input: { run: string }): Promise<Answer<{ result: ArchiveResult; differences: Difference[] }>>;
  reconcile(input: { run: string }): Promise<Answer<ReconciliationResult>>;
  about(input: Record<string, never>): Promise<About>;
  /** The last lines of a log. */
  tailLog(input: LogName & { lines: number }): Promise<Answer<LogRange>>;
  /** Lines of a log that match a regular expression, in file order. */
  searchLog(input: LogName & { pattern: string; limit: number }): Promise<Answer<{ hits: LogHit[]; more: boolean }>>;
  /** Growth of the log is then pushed as `logGrown`; the bytes are asked for by range. */
  followLog(input: LogName): Promise<Answer<{ size: number }>>;
  unfollowLog(input: LogName): Promise<void>;
  listFolder(input: { path: string | null }): Promise<Answer<FolderListing>>;
  clean(input: { olderThanDays: number; logsOnly: boolean; dryRun: boolean }): Promise<Answer<CleanResult>>;
}

/** What the engine pushes to a client that watches. */
export interface Events {
  runEvents(push: { run: string; events: RunEvent[] }): void;
  runProgress(push: { run: string; progress: LiveProgress }): void;
  runProblems(push: { run: string; problems: LogProblem[] }): void;
  logGrown(push: { run: string; source: string; step: number | null; size: number }): void;
  runEnded(push: { run: string; status: RunStatus }): void;
}

const nothing = z.strictObject({});

/** The input schema of every method, used by the door to check what comes in. */
export const methodInputs: { readonly [Name in keyof Methods]: z.ZodType<Parameters<Methods[Name]>[0]> } = {
  devices: nothing,
  pipelines: nothing,
  plan: launchSchema,
  startRun: launchSchema.extend({ detach: z.boolean() }),
  resumeRun: run.extend({ detach: z.boolean() }),
  retryRun: run.extend({ items: z.array(z.string()), detach: z.boolean() }),
  stopRun: run.extend({ force: z.boolean(), by: z.string().max(100) }),
  findRun: z.object({ text: z.string().max(64), prefer: z.enum(['newest', 'active']) }),
  runs: nothing,
  runStatus: run,
  watchRun: run,
  unwatchRun: run,
  logSources: run,
  readLog: logQuerySchema.extend({
    offset: z.number().int().nonnegative(),
    length: z
      .number()
      .int()
      .min(0)
      .max(4 * 1024 * 1024),
  }),
  about: nothing,
  tailLog: logQuerySchema.extend({ lines: z.number().int().min(1).max(100_000) }),
  searchLog: logQuerySchema.extend({
    pattern: z.string().min(1).max(1_000),
    limit: z.number().int().min(1).max(10_000),
  }),
  followLog: logQuerySchema,
  unfollowLog: logQuerySchema,
  listFolder: z.object({ path: z.string().max(4_096).nullable() }),
  summary: run,
  archive: run,
  verifyArchive: run,
  reconcile: run,
  clean: z.object({ olderThanDays: z.number().nonnegative(), logsOnly: z.boolean(), dryRun: z.boolean() }),
};
