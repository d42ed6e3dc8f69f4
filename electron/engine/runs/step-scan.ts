import { setTimeout as sleep } from 'node:timers/promises';
import type { LogProblem } from '../../../shared/contract/events.ts';
import { workerId } from '../../../shared/ids.ts';
import type { RunEventBody } from '../../../shared/run-events.ts';
import type { Tokens } from '../../../shared/tokens.ts';
import { LogScanner } from '../logs/scan/log-scanner.ts';
import type { ScanFindings } from '../logs/scan/scan-messages.ts';
import type { LiveBoard } from '../steps/live-board.ts';
import { SCAN_FINISH_MS, TOKENS_JOURNAL_MS } from './limits.ts';

export interface StepScanTarget {
  record: (body: RunEventBody) => void;
  board: LiveBoard;
  onProblems: (problems: LogProblem[]) => void;
}

/** Scans the logs of a run's workers while they are written: warnings and errors, token usage, progress bars. */
export class StepScan {
  private readonly target: StepScanTarget;
  private readonly scanner: LogScanner;
  private readonly watched = new Map<string, { step: number; rank: number }>();
  private readonly tokens = new Map<string, Tokens>();
  private readonly journaled = new Map<string, { tokens: string; at: number }>();

  constructor(target: StepScanTarget) {
    this.target = target;
    this.scanner = new LogScanner({ onFindings: (findings) => this.take(findings) });
  }

  /** Begins with a worker's log, from its start: what an earlier engine counted is counted again, as totals are absolute. */
  watch(step: number, rank: number, path: string): void {
    const id = `${step}:${rank}`;
    if (this.watched.has(id)) return;
    this.watched.set(id, { step, rank });
    this.scanner.watch({ id, path, from: 0 });
  }

  /** The workers of a step have ended: scans the rest of their logs and journals their tokens. */
  async finishStep(step: number): Promise<void> {
    const ids = [...this.watched].filter(([, place]) => place.step === step).map(([id]) => id);
    const finished = Promise.all(ids.map((id) => this.finishLog(id)));
    const late = new AbortController();
    await Promise.race([finished, sleep(SCAN_FINISH_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    for (const id of ids) this.journal(id, true);
    for (const id of ids) this.watched.delete(id);
  }

  close(): Promise<void> {
    return this.scanner.close();
  }

  private async finishLog(id: string): Promise<void> {
    try {
      this.take([await this.scanner.finish(id)]);
    } catch {
      // A scan that died has told what it had found; the logs themselves are whole.
    }
  }

  private take(findings: readonly ScanFindings[]): void {
    for (const finding of findings) {
      const place = this.watched.get(finding.id);
      if (place === undefined) continue;
      this.tokens.set(finding.id, finding.tokens);
      this.journal(finding.id, false);
      if (finding.progress !== null) this.target.board.setProgressFromLog(place.step, place.rank, finding.progress);
      if (finding.problems.length > 0)
        this.target.onProblems(finding.problems.map((found) => ({ ...place, ...found, worker: workerId(place.rank) })));
    }
  }

  private journal(id: string, last: boolean): void {
    const tokens = this.tokens.get(id);
    const place = this.watched.get(id);
    if (tokens === undefined || place === undefined) return;
    const text = JSON.stringify(tokens);
    const before = this.journaled.get(id);
    const isNew = before === undefined ? Object.values(tokens).some((count) => count > 0) : before.tokens !== text;
    if (!isNew || (!last && before !== undefined && performance.now() - before.at < TOKENS_JOURNAL_MS)) return;
    this.journaled.set(id, { tokens: text, at: performance.now() });
    this.target.record({ type: 'tokens', ...place, tokens });
  }
}
