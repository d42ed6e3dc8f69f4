import { closeSync, fstatSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import type { ItemState } from '../../../shared/items/item.ts';
import { parseReport, type Report } from '../../../shared/run/report.ts';
import { closeTornLine, lastLineIsWhole } from '../files/last-line-whole.ts';
import { LineReader } from '../files/line-reader.ts';
import { REPORT_WATCHING, watchGrowth } from '../logs/growth-watcher.ts';
import { firstHeldBy, heldBy, type StepSetup, type WriteLog } from './step-setup.ts';

/** Reports are read in pieces of this size, so that a worker that reports megabytes at once cannot fill memory. */
const BLOCK_BYTES = 64 * 1024;
/** A report is one short line. A longer one without a newline is garbage and is skipped. */
const MAX_LINE_BYTES = 1024 * 1024;
/** How much is shown of a line that is not a report (characters). */
const GARBAGE_SHOWN = 200;

/** A worker's report that ends one of its items. */
export type FinalReport = Report & { status: 'complete' | 'failed' };

/** What a dispatch does when its worker reports on an item that it holds. */
export interface ReportListener {
  /** @param behind how many final reports followed this one in what was read at once */
  onStarted(item: ItemState, report: Report, behind: number): void;
  onFinal(item: ItemState, report: FinalReport, behind: number): void;
}

interface ReportsOptions {
  path: string;
  rank: number;
  /** Where to begin, in bytes: the start of a line; null for the end as it is now. */
  from: number | null;
  write: WriteLog;
}

/**
 * The reports of one worker. Each line of its report file is read once and matched to the item that it names. Progress is shown. The first final
 * report on an attempt goes to the dispatch. Reports that are not for this worker to make are refused.
 */
export class WorkerReports {
  /** Whether the worker reports when it starts an item. If so, silence before that means a failed start. */
  announces = false;
  /**
   * Whether a report of the present start was cut off before it said "complete", as on a full disk: it may have said "failed", so an exit with
   * success proves nothing of an item without a report.
   */
  isCutOff = false;
  private readonly setup: Pick<StepSetup, 'state' | 'live'>;
  private readonly path: string;
  private readonly rank: number;
  private readonly write: WriteLog;
  private readonly file: number;
  private readonly lines: LineReader;
  private readonly watch: { stop: () => void };
  private listener: ReportListener | null = null;
  /** The final report on an attempt that had no listener. */
  private kept: FinalReport | null = null;
  /** The items that it has and has made its final report on. */
  private readonly finished = new Set<number>();
  private closed = false;
  /** Whether the file was opened with a last line that was cut off, which is not read yet. */
  private endsTorn: boolean;
  /** A report may lead to another read before this one is over. */
  private reading = false;

  constructor(setup: Pick<StepSetup, 'state' | 'live'>, { path, rank, from, write }: ReportsOptions) {
    this.setup = setup;
    this.path = path;
    this.rank = rank;
    this.write = write;
    // Opened for appending too, so that the file exists before the worker does.
    this.file = openSync(path, 'a+', 0o600);
    this.endsTorn = !lastLineIsWhole(path);
    closeTornLine(path);
    const start = from ?? fstatSync(this.file).size;
    this.lines = new LineReader(this.file, { from: start, blockBytes: BLOCK_BYTES, maxLineBytes: MAX_LINE_BYTES });
    this.watch = watchGrowth(path, () => this.read(), REPORT_WATCHING);
  }

  /** Subscribes the listener to final reports; with null, the latest one is kept. */
  listen(listener: ReportListener | null): void {
    this.listener = listener;
  }

  /** Allows reports on an item that the worker is about to get: it may be reported on again. */
  expect({ item }: ItemState): void {
    this.kept = null;
    this.finished.delete(item);
  }

  /** Returns the final report that was kept, once. */
  take(): FinalReport | null {
    const { kept } = this;
    this.kept = null;
    return kept;
  }

  /** Bytes of whole lines read so far: where a later engine has to begin. */
  get offset(): number {
    return this.lines.offset;
  }

  /** When the file was last written, in nanoseconds since 1970. */
  get changedAt(): bigint {
    return fstatSync(this.file, { bigint: true }).mtimeNs;
  }

  /** Reads everything that is there now. The watch calls it too. */
  read(): void {
    if (this.closed || this.reading) return;
    this.reading = true;
    try {
      for (let lines = this.nextLines(); lines !== null; lines = this.nextLines()) this.takeLines(lines);
    } finally {
      this.reading = false;
    }
  }

  /** Prepares for a new start, which must not continue a line that its predecessor could not finish. */
  beginStart(): void {
    closeTornLine(this.path);
    this.read();
    this.endsTorn = false;
    this.isCutOff = false;
  }

  /** Reads everything after the worker has ended. A last line may lack its newline then, and nothing else of it follows. */
  readToEnd(): void {
    this.read();
    const last = this.lines.unfinished;
    if (last.trim() === '') return;
    closeTornLine(this.path);
    this.read();
    // Where the disk is full the line cannot be closed, and so is not read.
    const isRead = this.lines.unfinished === '';
    if (!isRead || parseReport(last) === null) this.isCutOff ||= isLost(last);
  }

  /** Ends the watch and closes the file. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.watch.stop();
    closeSync(this.file);
  }

  private nextLines(): string[] | null {
    if (this.closed) return null;
    // A file that became shorter was wiped by the worker: what it writes now is new.
    if (this.lines.hasShrunk) this.lines.restart();
    return this.lines.next();
  }

  private takeLines(lines: readonly string[]): void {
    const read = lines.filter((line) => line.trim() !== '').map((line) => ({ line, report: parseReport(line) }));
    let behind = read.filter(({ report }) => isFinal(report)).length;
    for (const { line, report } of read) {
      if (isFinal(report)) behind -= 1;
      if (report === null) this.skip(line);
      else this.receive(report, behind);
    }
  }

  private skip(line: string): void {
    if (this.endsTorn && isLost(line)) this.isCutOff = true;
    this.write('validator', 'WARNING', 'a line in the report file is not a report; it was skipped', {
      line: line.slice(0, GARBAGE_SHOWN),
    });
  }

  private receive(report: Report, behind: number): void {
    const item = this.reported(report.file);
    if (item === undefined) this.refuse(report);
    else this.accept(item, report, behind);
  }

  /** Returns the item of the worker that a report names. A very long list is searched only for a file that is no path of the step. */
  private reported(file: string): ItemState | undefined {
    const { state } = this.setup;
    const known = state.items.at(state.items.find(file));
    if (known?.status === 'running' && known.rank === this.rank) return known;
    const first = firstHeldBy(state, this.rank);
    return (
      findReportedItem(first === undefined ? [] : [first], file) ?? findReportedItem(heldBy(state, this.rank), file)
    );
  }

  private accept(item: ItemState, report: Report, behind: number): void {
    switch (report.status) {
      case 'started':
        this.announces = true;
        this.listener?.onStarted(item, report, behind);
        return;
      case 'progress': {
        const { state, live } = this.setup;
        live.state.setProgress(state.step, this.rank, report.done ?? null, report.total ?? null);
        return;
      }
      case 'complete':
      case 'failed':
        this.acceptFinal(item, { ...report, status: report.status }, behind);
    }
  }

  /** Accepts the first final report on an attempt. */
  private acceptFinal(item: ItemState, report: FinalReport, behind: number): void {
    const { status } = report;
    this.write('adapter', status === 'failed' ? 'WARNING' : 'INFO', `reported ${status}`, { ...report });
    if (this.finished.has(item.item)) return this.refuse(report);
    this.finished.add(item.item);
    if (this.listener === null) this.kept = report;
    else this.listener.onFinal(item, report, behind);
    // On an item that the worker no longer has nothing is accepted anyway.
    if (item.status !== 'running') this.finished.delete(item.item);
  }

  private refuse({ file, status }: Report): void {
    const message =
      this.setup.state.items.find(file) >= 0
        ? 'a report about an item that the worker does not have (any more); the first report stands'
        : 'a report about a file that was never given to a worker; it was ignored';
    this.write('validator', 'WARNING', message, { file, status });
  }
}

/** Returns whether it is lost what a report said that was cut off: not where it began to say "complete", nor where it was no report at all. */
function isLost(line: string): boolean {
  return line.trimStart().startsWith('{') && !/"status"\s*:\s*"c/.test(line);
}

function isFinal(report: Report | null): boolean {
  return report?.status === 'complete' || report?.status === 'failed';
}

/**
 * Returns which of a worker's items a report names. Workers get absolute paths but may report a relative path or the bare name.
 * @param held the items the worker has now, in the order given
 * @returns undefined when the file is none of them
 */
export function findReportedItem(held: readonly ItemState[], file: string): ItemState | undefined {
  return (
    held.find((item) => item.file === file) ??
    held.find((item) => item.file.endsWith(`/${file.replace(/^\.\//, '')}`)) ??
    held.find((item) => basename(item.file) === basename(file) && !file.includes('/'))
  );
}
