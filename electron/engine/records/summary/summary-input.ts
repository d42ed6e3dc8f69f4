import type { LogProblem } from '../../../../shared/contract/logs.ts';
import type { ReconciliationResult } from '../../../../shared/contract/records.ts';
import type { RunState } from '../../../../shared/run/run-model.ts';
import type { RunStatus } from '../../../../shared/run/run-status.ts';
import type { Metadata } from '../../run-directory/metadata-schema.ts';
import type { RunMetrics } from '../metrics/metrics-document.ts';

/** The data that a summary is made from. */
export interface SummaryInput {
  directory: string;
  status: RunStatus;
  state: RunState;
  metadata: Metadata;
  metrics: RunMetrics;
  /** Warnings and errors that workers printed, with repeats folded. */
  problems: readonly LogProblem[];
  /** null when nothing was reconciled yet. */
  reconciliation: ReconciliationResult | null;
}

/** How many lines a section may list. If there are more, the section shows how many. */
export interface SummaryLimits {
  parameters: number;
  /** For each reason. */
  leftOut: number;
  devices: number;
  steps: number;
  /** Over all steps. */
  workers: number;
  problems: number;
  failures: number;
  interventions: number;
  differences: number;
}

/** Returns the line that replaces the entries that are not shown, or no line. */
export function andMore(total: number, shown: number, noun: string): string[] {
  const left = total - shown;
  return left > 0 ? [`… and ${left} more ${noun}${left === 1 ? '' : 's'}`] : [];
}
