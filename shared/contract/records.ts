import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type InputsOf, run } from './inputs.ts';

export interface ArchiveResult {
  path: string;
  size: number;
  sha256: string;
}

export interface Difference {
  what: string;
  detail: string;
}

/** Sequences that the workers of a step left out on purpose: those without letters, or too long ones on request. */
export interface LeftOut {
  step: number;
  /** The number of files with such sequences. */
  items: number;
  sequences: number;
  /** The first of them, with their files. */
  named: string[];
}

export interface ReconciliationResult {
  /** True when nothing differs. */
  agreed: boolean;
  rounds: number;
  differences: Difference[];
  /** By step; missing when there are none. They are not differences. */
  left_out?: LeftOut[] | undefined;
}

export interface CleanResult {
  runs: { run: string; directory: string; bytes: number }[];
  /** Runs that stay because they cannot be read, so that it is unknown whether they are over. */
  unread: { run: string; directory: string; why: string }[];
  bytes: number;
  dryRun: boolean;
}

/** Methods about the records of a run. */
export interface RecordMethods {
  summary(input: { run: string }): Promise<Answer<{ path: string; text: string }>>;
  /** @param input.pack removes the archived logs after the archive was verified */
  archive(input: { run: string; pack?: boolean | undefined }): Promise<Answer<ArchiveResult>>;
  /** Extracts packed logs from the archive. */
  unpackLogs(input: { run: string }): Promise<Answer<{ directory: string }>>;
  verifyArchive(input: { run: string }): Promise<Answer<{ result: ArchiveResult; differences: Difference[] }>>;
  reconcile(input: { run: string }): Promise<Answer<ReconciliationResult>>;
  clean(input: { olderThanDays: number; logsOnly: boolean; dryRun: boolean }): Promise<Answer<CleanResult>>;
}

export const recordInputs: InputsOf<RecordMethods> = {
  summary: run,
  archive: run.extend({ pack: z.boolean().optional() }),
  unpackLogs: run,
  verifyArchive: run,
  reconcile: run,
  clean: z.object({ olderThanDays: z.number().nonnegative(), logsOnly: z.boolean(), dryRun: z.boolean() }),
};
