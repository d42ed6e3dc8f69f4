import { assertNever } from '../../../../shared/assert-never.ts';
import { LineRegions } from '../line-regions.ts';
import {
  SCAN_BUSY_POLL_MS,
  SCAN_IDLE_AFTER_MS,
  SCAN_IDLE_POLL_MS,
  SCAN_LINE_BYTES,
  SCAN_OVERLAP_BYTES,
  SCAN_SLICE_BYTES,
} from './scan-limits.ts';
import type { ScanFindings, ScanMessage, ScannedKind, ScanRequest } from './scan-messages.ts';
import { WatchedLog } from './watched-log.ts';

interface WatchRequest {
  id: string;
  path: string;
  from: number;
  content: ScannedKind;
}

interface ScannedLog {
  log: WatchedLog;
  /** The request to finish it; null while it is being watched. */
  finishCall: number | null;
}

/**
 * Scans any number of growing logs on the present thread, a slice of each in turn. There is one timer for all: fast while something grows, slow when
 * nothing does. Nothing is skipped when it falls behind.
 */
export class LogScanLoop {
  private readonly post: (message: ScanMessage) => void;
  private readonly regions = new LineRegions({
    pieceBytes: SCAN_LINE_BYTES,
    overlapBytes: SCAN_OVERLAP_BYTES,
    returnsToo: true,
  });
  private readonly logs = new Set<ScannedLog>();
  /** The logs that requests can still name by id. One that is being finished is removed. */
  private readonly byId = new Map<string, ScannedLog>();
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;
  private lastGrowth = performance.now();
  private lastPost = 0;

  constructor(post: (message: ScanMessage) => void) {
    this.post = post;
  }

  /** Takes a request, which is answered by a message. */
  handle(request: ScanRequest): void {
    switch (request.kind) {
      case 'watch':
        this.watch(request);
        break;
      case 'finish':
        this.finish(request);
        break;
      default:
        assertNever(request, 'scan request');
    }
    this.runSoon();
  }

  private watch({ id, path, from, content }: WatchRequest): void {
    const before = this.byId.get(id);
    if (before !== undefined) {
      before.log.close();
      this.logs.delete(before);
    }
    const entry = { log: new WatchedLog({ id, path, from, content, regions: this.regions }), finishCall: null };
    this.byId.set(id, entry);
    this.logs.add(entry);
    this.lastGrowth = performance.now();
  }

  private finish({ id, call }: { id: string; call: number }): void {
    const entry = this.byId.get(id);
    if (entry !== undefined) {
      entry.finishCall = call;
      this.byId.delete(id);
    }
  }

  private runSoon(): void {
    clearTimeout(this.timer);
    this.turn ??= setImmediate(() => this.runTurn());
  }

  /** Scans one slice of every log. Messages that came meanwhile are handled before the next turn. */
  private runTurn(): void {
    this.turn = undefined;
    let more = false;
    for (const entry of this.logs) {
      const slice = entry.log.scanSlice(SCAN_SLICE_BYTES);
      more ||= slice.more;
      if (slice.grew) this.lastGrowth = performance.now();
      this.finishIfRequested(entry, slice.more);
    }
    this.postFindings();
    if (more) this.runSoon();
    else if (this.logs.size > 0) this.timer = setTimeout(() => this.runTurn(), this.pollMs());
  }

  private finishIfRequested(entry: ScannedLog, more: boolean): void {
    const { log, finishCall } = entry;
    if (finishCall !== null && !more) {
      this.logs.delete(entry);
      this.post({ kind: 'totals', call: finishCall, totals: log.finish() });
    }
  }

  private pollMs(): number {
    return performance.now() - this.lastGrowth < SCAN_IDLE_AFTER_MS ? SCAN_BUSY_POLL_MS : SCAN_IDLE_POLL_MS;
  }

  private postFindings(): void {
    const now = performance.now();
    if (now - this.lastPost < SCAN_BUSY_POLL_MS) return;
    const findings = [...this.logs].map(({ log }) => log.takeFindings()).filter((found) => found !== null);
    if (findings.length > 0) {
      this.lastPost = now;
      this.post({ kind: 'findings', findings: findings satisfies ScanFindings[] });
    }
  }
}
