import type { FoldedProblem } from './classify-log-line.ts';
import type { LineProgress } from './parse-progress-line.ts';
import type { TokenAccounts } from './token-accounts.ts';

/** What a file contains: the output of a worker, or its reports. */
export type ScannedKind = 'log' | 'reports';

/** The requests to the scanner. `call` matches answers to requests. */
export type ScanRequest =
  | { kind: 'watch'; id: string; path: string; from: number; content: ScannedKind }
  | { kind: 'finish'; id: string; call: number };

/** What was found in one log since the last time. */
export interface ScanFindings {
  id: string;
  /** Kinds that are new or were counted, with their counts so far. */
  problems: FoldedProblem[];
  /** Number of warnings and errors so far of kinds that are not kept. */
  unlistedProblems: number;
  /** All tokens so far. */
  accounts: TokenAccounts;
  /** The latest progress bar. */
  progress: LineProgress | null;
  /** Byte offset up to which the log has been scanned. */
  scannedTo: number;
}

/** What was found in one log in all; `problems` holds every kind. */
export interface ScanTotals extends ScanFindings {
  /** Found since the last time to belong to other problems, so that none is left of what was told before; with a count of 0. */
  withdrawn: FoldedProblem[];
  /** Why the log could not be read to its end; null when it was. */
  unreadable: string | null;
}

export type ScanMessage =
  | { kind: 'findings'; findings: ScanFindings[] }
  | { kind: 'totals'; call: number; totals: ScanTotals };
