import { setTimeout as sleep } from 'node:timers/promises';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { workerId } from '../../../shared/ids.ts';
import type { RunEventBody } from '../../../shared/run/run-events.ts';
import { LogScanner } from '../logs/scan/log-scanner.ts';
import type { ScanFindings } from '../logs/scan/scan-messages.ts';
import { fullestAccount, type TokenAccounts, type TokenCount } from '../logs/scan/token-accounts.ts';
import type { LiveState } from './live-state.ts';

/** Token totals are journaled at most this often while a worker runs, and at the end. */
const TOKENS_JOURNAL_MS = 5_000;

/** How long the scan of the logs may take after the end of a step's last worker (milliseconds); then the totals are taken as they are. */
const SCAN_FINISH_MS = 30_000;

export interface StepScanTarget {
  record: (body: RunEventBody) => void;
  liveState: LiveState;
  onProblems: (problems: LogProblem[]) => void;
  /** Totals of a worker that have just been journaled. */
  onTokens: (place: Place, count: TokenCount) => void;
}

interface Place {
  step: number;
  rank: number;
}

/** What a worker of the run has left so far: its log and its report file. */
interface Watched extends Place {
  accounts: Map<string, TokenAccounts>;
}

/** Scans what a run's workers write: warnings and errors, token usage, progress bars in their logs, token usage in their reports. */
export class StepScan {
  private readonly target: StepScanTarget;
  private readonly scanner: LogScanner;
  /** By the id of each file: both files of a worker lead to the same entry. */
  private readonly watched = new Map<string, Watched>();
  private readonly journaled = new Map<Watched, { text: string; at: number }>();

  constructor(target: StepScanTarget) {
    this.target = target;
    this.scanner = new LogScanner({ onFindings: (findings) => this.take(findings) });
  }

  /** Begins to scan a worker's files, from their start: totals are absolute, so what an earlier engine counted is counted again. */
  watch(place: Place, paths: { log: string; reports: string }): void {
    const id = `${place.step}:${place.rank}`;
    if (this.watched.has(id)) return;
    const watched: Watched = { step: place.step, rank: place.rank, accounts: new Map() };
    this.watched.set(id, watched);
    this.watched.set(`${id}:reports`, watched);
    this.scanner.watch({ id, path: paths.log, from: 0 });
    this.scanner.watch({ id: `${id}:reports`, path: paths.reports, from: 0, content: 'reports' });
  }

  /** Scans the rest of the files of a step whose workers have ended, and journals their tokens. */
  async finishStep(step: number): Promise<void> {
    const ids = [...this.watched].filter(([, place]) => place.step === step).map(([id]) => id);
    const finished = Promise.all(ids.map((id) => this.finishFile(id)));
    const late = new AbortController();
    await Promise.race([finished, sleep(SCAN_FINISH_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    for (const id of ids) this.journal(this.watched.get(id), true);
    for (const id of ids) this.watched.delete(id);
  }

  close(): Promise<void> {
    return this.scanner.close();
  }

  private async finishFile(id: string): Promise<void> {
    try {
      const totals = await this.scanner.finish(id);
      this.take([{ ...totals, problems: [...totals.withdrawn, ...totals.problems] }]);
    } catch {
      // A scan that failed has reported what it had found; the files themselves are complete.
    }
  }

  private take(findings: readonly ScanFindings[]): void {
    for (const finding of findings) {
      const watched = this.watched.get(finding.id);
      if (watched === undefined) continue;
      const { step, rank } = watched;
      watched.accounts.set(finding.id, finding.accounts);
      this.journal(watched, false);
      if (finding.progress !== null) this.target.liveState.setProgressFromLog(step, rank, finding.progress);
      if (finding.problems.length > 0)
        this.target.onProblems(finding.problems.map((found) => ({ step, ...found, worker: workerId(rank) })));
    }
  }

  private journal(watched: Watched | undefined, last: boolean): void {
    if (watched === undefined) return;
    const { step, rank, accounts } = watched;
    const count = fullestAccount(accounts.values());
    const text = JSON.stringify(count);
    const before = this.journaled.get(watched);
    const isNew = before === undefined ? count.requests > 0 : before.text !== text;
    if (!isNew || (!last && before !== undefined && performance.now() - before.at < TOKENS_JOURNAL_MS)) return;
    this.journaled.set(watched, { text, at: performance.now() });
    this.target.record({ type: 'tokens', step, rank, ...count });
    this.target.onTokens({ step, rank }, count);
  }
}
