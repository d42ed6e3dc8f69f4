import { z } from 'zod';
import type { DeviceKind } from '../device.ts';
import type { Problem } from '../problem.ts';
import type { WorkedTime } from '../run/run-model.ts';
import type { RunStatus, RunStatusDocument } from '../run/run-status.ts';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing, run } from './inputs.ts';
import { type Begin, beginSchema } from './launch.ts';
import type { LogProblem } from './logs.ts';

export interface RunListEntry {
  run: string;
  pipeline: string;
  name: string | null;
  status: RunStatus | 'damaged';
  created: string | null;
  ended: string | null;
  /** How long engines have worked on it; null when an earlier version did not record it. */
  worked: WorkedTime | null;
  items: { total: number; complete: number; failed: number };
  directory: string;
  /** What is wrong with its files. With the status `damaged` it cannot be read; otherwise a part is missing and it can be resumed. */
  damage: string | null;
  /** The devices it was launched on, equal ones counted together. */
  devices: DeviceCount[];
  /** Whether there is a run.tar.gz, and whether something in it has been appended to since. */
  archive: 'none' | 'whole' | 'stale';
  /** The size of its folder in bytes, if it was measured and nothing was appended since; else null. */
  bytes: number | null;
}

/** A folder of runs that exists and cannot be read. */
export interface UnreadableFolder {
  folder: string;
  /** The reason given by the system, in words. */
  why: string;
}

/** Devices of one kind and name. */
export interface DeviceCount {
  kind: DeviceKind;
  name: string;
  count: number;
}

/** The figures of one device over a step: one value per time, null when the device gave none. */
export interface DeviceSeries {
  kind: string;
  index: number;
  uuid: string | null;
  /** Bytes. */
  memory_total: number | null;
  /** Seconds since 1970. */
  times: number[];
  /** Percent. */
  utilization: (number | null)[];
  /** Bytes. */
  memory_used: (number | null)[];
  /** Degrees Celsius. */
  temperature: (number | null)[];
  /** Watts. */
  power: (number | null)[];
}

/** Methods about whole runs. */
export interface RunMethods {
  /**
   * @param input.overwrite whether results of other runs in the place of its own may be replaced
   * @returns with `past`, the events that the journal had before, as `retryRun` does
   */
  resumeRun(input: {
    run: string;
    detach: boolean;
    overwrite?: boolean | undefined;
    begin?: Begin | undefined;
  }): Promise<Answer<{ run: string; directory: string; past: number; alreadyComplete: boolean }>>;
  retryRun(input: {
    run: string;
    items: string[];
    detach: boolean;
    overwrite?: boolean | undefined;
    begin?: Begin | undefined;
  }): Promise<Answer<{ run: string; directory: string; past: number; retried: number }>>;
  stopRun(input: { run: string; force: boolean; by: string }): Promise<Answer<{ status: RunStatus }>>;
  findRun(input: { text: string; prefer: 'newest' | 'active' }): Promise<Answer<{ run: string; directory: string }>>;
  runs(input: Record<string, never>): Promise<Answer<RunListEntry[]>>;
  /** Folders of runs that cannot be read, so that their runs are missing in `runs`; null when all can be read. */
  unreadableRuns(
    input: Record<string, never>,
  ): Promise<Answer<{ folders: UnreadableFolder[]; problem: Problem } | null>>;
  runStatus(input: { run: string }): Promise<Answer<RunStatusDocument>>;
  /** Pushes all journal events as `runEvents`; answers with the status document. */
  watchRun(input: { run: string }): Promise<Answer<RunStatusDocument>>;
  unwatchRun(input: { run: string }): Promise<Answer<void>>;
  /** The figures of the devices of a step, from its metrics log, in at most so many points each. */
  deviceSeries(input: { run: string; step: number; points: number }): Promise<Answer<DeviceSeries[]>>;
  /** Warnings and errors that workers printed, read from their logs: for a run that this engine does not own, or that is over. */
  logProblems(input: { run: string }): Promise<Answer<LogProblem[]>>;
}

/** No chart shows more points than this. */
const MAX_POINTS = 10_000;

export const runInputs: InputsOf<RunMethods> = {
  resumeRun: run.extend({ detach: z.boolean(), overwrite: z.boolean().optional(), begin: beginSchema.optional() }),
  retryRun: run.extend({
    items: z.array(z.string()),
    detach: z.boolean(),
    overwrite: z.boolean().optional(),
    begin: beginSchema.optional(),
  }),
  stopRun: run.extend({ force: z.boolean(), by: z.string().max(100) }),
  findRun: z.object({ text: z.string().max(64), prefer: z.enum(['newest', 'active']) }),
  runs: nothing,
  unreadableRuns: nothing,
  runStatus: run,
  watchRun: run,
  unwatchRun: run,
  deviceSeries: run.extend({ step: z.number().int().positive(), points: z.number().int().min(2).max(MAX_POINTS) }),
  logProblems: run,
};
