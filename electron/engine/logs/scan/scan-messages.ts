import type { FoldedProblem } from './classify-log-line.ts';
import type { LineProgress } from './parse-progress-line.ts';
import type { TokenAccounts } from './token-accounts.ts';

/** What a file is: what a worker printed, or its report file. */
export type ScannedKind = 'log' | 'reports';

/** What the scanner is asked. `call` tells answers apart. */
export type ScanRequest =
  | { kind: 'watch'; id: string; path: string; from: number; content: ScannedKind }
  | { kind: 'finish'; id: string; call: number };

/** What was found in one log since the last time. */
export interface ScanFindings {
  id: string;
  /** Kinds that are new or counted on, with their counts so far. */
  problems: FoldedProblem[];
  /** Warnings and errors of kinds beyond those that are kept, so far. */
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
  /** Why the log could not be read to its end; null when it was. */
  unreadable: string | null;
}

export type ScanMessage =
  | { kind: 'findings'; findings: ScanFindings[] }
  | { kind: 'totals'; call: number; totals: ScanTotals };
