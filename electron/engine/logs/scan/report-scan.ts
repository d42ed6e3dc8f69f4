import { reportSchema } from '../../../../shared/report.ts';
import { usageOfMetrics } from '../../../../shared/token-usage.ts';
import type { Region } from '../line-regions.ts';
import { NO_ACCOUNTS, NO_TOKEN_COUNT, plusTokens, type TokenAccounts, type TokenCount } from './token-accounts.ts';

/** What the metrics of a report have in it when they speak of tokens or requests; others are not parsed. */
const NEEDLES = ['_tokens"', '"requests"'];
const NEWLINE = 10;

/** Adds up the tokens that a worker reports with its items. */
export class ReportScan {
  private count: TokenCount = NO_TOKEN_COUNT;

  get accounts(): TokenAccounts {
    return { ...NO_ACCOUNTS, reports: this.count };
  }

  /** Takes a region; each must come once, in order. A report that is too long to be one is left out. */
  take({ bytes, startsMidLine }: Region): void {
    if (!NEEDLES.some((needle) => bytes.includes(needle))) return;
    let start = startsMidLine ? lineEnd(bytes, 0) : 0;
    while (start < bytes.length) {
      const end = lineEnd(bytes, start);
      this.takeLine(bytes.toString('utf8', start, end));
      start = end;
    }
  }

  private takeLine(line: string): void {
    if (!NEEDLES.some((needle) => line.includes(needle))) return;
    const report = parseReport(line);
    if (report === null || (report.status !== 'complete' && report.status !== 'failed')) return;
    const usage = usageOfMetrics(report.metrics);
    if (usage !== null) this.count = plusTokens(this.count, usage.tokens, usage.requests);
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 ? bytes.length : newline + 1;
}

function parseReport(line: string): { status: string; metrics?: unknown } | null {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
