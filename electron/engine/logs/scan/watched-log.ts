import { closeSync, fstatSync, openSync } from 'node:fs';
import { isMissing } from '../../files/open-if-there.ts';
import { cursorAt, type LineCursor, type LineRegions } from '../line-regions.ts';
import { ProblemKinds } from './classify-log-line.ts';
import { ReportScan } from './report-scan.ts';
import type { ScanFindings, ScannedKind, ScanTotals } from './scan-messages.ts';
import { WorkerLogScan } from './worker-log-scan.ts';

const NO_PROBLEMS = new ProblemKinds();

/** One log being scanned: the position of the scanner in it, and what it found. */
export class WatchedLog {
  readonly id: string;
  private readonly path: string;
  private readonly regions: LineRegions;
  private readonly cursor: LineCursor;
  private readonly scan: WorkerLogScan | ReportScan;
  private fd: number | null = null;
  private unreadable: string | null = null;
  private news = false;

  constructor({
    id,
    path,
    from,
    regions,
    content = 'log',
  }: {
    id: string;
    path: string;
    from: number;
    regions: LineRegions;
    content?: ScannedKind;
  }) {
    this.id = id;
    this.scan = content === 'log' ? new WorkerLogScan() : new ReportScan();
    this.path = path;
    this.regions = regions;
    this.cursor = cursorAt(from);
  }

  /** Scans at most this many bytes. @returns whether it read any, and whether there is more */
  scanSlice(sliceBytes: number): { grew: boolean; more: boolean } {
    try {
      return this.readSlice(sliceBytes);
    } catch (error) {
      this.unreadable = String(error);
      this.close();
      return { grew: false, more: false };
    }
  }

  /** Returns what is new since the last call, or null. */
  takeFindings(): ScanFindings | null {
    if (!this.news) return null;
    this.news = false;
    if (this.scan instanceof WorkerLogScan) this.scan.findProgress(this.regions.pending(this.cursor).bytes);
    return { ...this.state(), problems: this.problems.takeChanged() };
  }

  /** Scans the last line, which has no newline, as well. Then closes the log. */
  finish(): ScanTotals {
    this.scan.take(this.regions.pending(this.cursor));
    if (this.scan instanceof WorkerLogScan) this.scan.end();
    this.close();
    const withdrawn = this.problems.takeChanged().filter(({ count }) => count === 0);
    return { ...this.state(), problems: this.problems.all(), withdrawn, unreadable: this.unreadable };
  }

  close(): void {
    if (this.fd !== null) {
      closeSync(this.fd);
      this.fd = null;
    }
  }

  private readSlice(sliceBytes: number): { grew: boolean; more: boolean } {
    this.fd ??= this.unreadable === null ? openLog(this.path) : null;
    if (this.fd === null) return { grew: false, more: false };
    const position = this.position();
    const { size } = fstatSync(this.fd);
    if (size <= position) return { grew: false, more: false };
    const until = Math.min(size, position + sliceBytes);
    const read = this.regions.read(this.fd, this.cursor, until, (region) => {
      this.scan.take(region);
      return true;
    });
    this.news ||= read > 0;
    return { grew: read > 0, more: read > 0 && until < size };
  }

  /** A report file has none. */
  private get problems(): ProblemKinds {
    return this.scan instanceof WorkerLogScan ? this.scan.problems : NO_PROBLEMS;
  }

  private position(): number {
    return this.cursor.offset + this.cursor.pending.length;
  }

  private state(): Omit<ScanFindings, 'problems'> {
    return {
      id: this.id,
      unlistedProblems: this.problems.unlisted,
      accounts: this.scan.accounts,
      progress: this.scan instanceof WorkerLogScan ? this.scan.progress : null,
      scannedTo: this.position(),
    };
  }
}

/** Opens a log; one that does not exist yet is tried again. */
function openLog(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
