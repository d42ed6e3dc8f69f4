import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ReconciliationResult } from '../../../shared/contract/records.ts';
import type { ReconciliationDocument } from '../../../shared/run/run-status.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';
import { reconciliationFile } from './paths.ts';

const schema = z.object({
  agreed: z.boolean(),
  rounds: z.number(),
  differences: z.array(z.object({ what: z.string(), detail: z.string() })),
  left_out: z
    .array(z.object({ step: z.number(), items: z.number(), sequences: z.number(), named: z.array(z.string()) }))
    .optional(),
  /** ISO time. */
  checked: z.string(),
  /** When the checked run had ended. If the run has ended again later, this verdict is outdated. */
  ended: z.string().nullable(),
});
/** The document of reconciliation.json: the result of the latest check of files and totals. */
type RecordedReconciliation = z.infer<typeof schema>;

/**
 * Writes reconciliation.json.
 * @throws the file system's error
 */
export function writeReconciliation(
  directory: string,
  result: ReconciliationResult,
  times: { checked: string; ended: string | null },
): void {
  writeFileAtomic(reconciliationFile(directory), `${JSON.stringify({ ...result, ...times }, null, 2)}\n`);
}

/** Reads reconciliation.json; null when there is none, none of ours, or one of an earlier end of the run. */
export function readReconciliation(directory: string, ended: string | null): RecordedReconciliation | null {
  try {
    const recorded = schema.parse(JSON.parse(readFileSync(reconciliationFile(directory), 'utf8')));
    return recorded.ended === ended ? recorded : null;
  } catch {
    return null;
  }
}

/** Returns the part of the status document about it. */
export function reconciliationDocument(directory: string, ended: string | null): ReconciliationDocument | null {
  const recorded = readReconciliation(directory, ended);
  if (recorded === null) return null;
  return { agreed: recorded.agreed, differences: recorded.differences.length, checked: recorded.checked };
}
