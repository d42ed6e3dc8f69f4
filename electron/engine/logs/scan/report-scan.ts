import { reportSchema } from '../../../../shared/run/report.ts';
import { type UsageFields, usageFieldsOf, usageOfMetrics } from '../../../../shared/run/token-usage.ts';
import type { Region } from '../line-regions.ts';
import { NO_ACCOUNTS, type TokenAccounts } from './token-accounts.ts';
import { TokenRequests } from './token-requests.ts';
import { useOfFields } from './usage-objects.ts';

/** Texts in the metrics of a report that contain tokens or requests. Other reports are not parsed. */
const NEEDLES = ['okens"', 'okenCount"', 'oken_count"', '"requests"'];
/** Names of a request's id. `id` alone may be the item's, which repeats when the item is tried again. */
const REQUEST_IDS = ['request_id', 'response_id', 'message_id'];
const NEWLINE = 10;

/** Adds up the tokens that a worker reports with its items. */
export class ReportScan {
  private readonly requests = new TokenRequests();

  get accounts(): TokenAccounts {
    return { ...NO_ACCOUNTS, reports: this.requests.count };
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
    const metrics = report.metrics ?? {};
    const found = usageOfMetrics(metrics);
    if (found === null) return;
    const usage = usageFieldsOf(metrics);
    if (usage !== null && found.requests === 1) this.requests.take(useOfFields(metrics, usage, REQUEST_IDS));
    else this.requests.add(found.tokens, found.requests);
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 ? bytes.length : newline + 1;
}

function parseReport(line: string): { status: string; metrics?: UsageFields | null | undefined } | null {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
