import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { jsonLine } from '../../../shared/json-line.ts';
import { messageOf } from '../../../shared/message-of.ts';
import type { RunEvent, RunEventBody } from '../../../shared/run/run-events.ts';

/**
 * Group commit: at most one fdatasync in this time while nobody waits for one. A sync costs milliseconds, and 10,000 reports a second are possible.
 */
const SYNC_INTERVAL_MS = 100;

/** How long to wait before a refused line or sync is tried again. */
const RETRY_MS = 1_000;

export interface JournalWriter {
  /** Stamps the event, writes it and returns it. It is in the file (not yet on the disk) when this returns. */
  append(body: RunEventBody): RunEvent;
  /** Resolves when everything appended so far is on the disk. It starts the sync at once, and waits as long as the disk refuses it. */
  synced(): Promise<void>;
  /** Writes and syncs the rest and closes the file. What the disk still refuses then is lost, as was reported before. */
  close(): Promise<void>;
}

export interface JournalWriterOptions {
  path: string;
  /** Called when the disk refuses a line (full, read-only, gone) and when it takes lines again (null). Nothing is lost meanwhile. */
  onTrouble: (message: string | null) => void;
  now?: () => Date;
}

/**
 * Ends a torn line. It may lack only its newline. With just the newline it would count as a line for later readers of the journal, but not for the
 * engine that has taken the run without it.
 */
const TORN_LINE_END = ' (cut off)\n';

/**
 * Opens a run's journal for appending. First ends a torn last line of an earlier writer, so that nothing is appended to it.
 * @param torn whether the file ends without a newline
 * @throws the file system's error when it cannot be opened
 */
export function openJournal(options: JournalWriterOptions, torn = false): JournalWriter {
  return new JournalFile(options, torn);
}

class JournalFile implements JournalWriter {
  private readonly file: number;
  private readonly now: () => Date;
  private readonly onTrouble: (message: string | null) => void;
  /** What the disk has not taken yet. Bytes and not text: a short write may end inside a character. */
  private waiting: Buffer[];
  /** Events so far: appended, wholly in the file, on the disk. */
  private appended = 0;
  private written = 0;
  private onDisk = 0;
  private waiters: { upTo: number; resolve: () => void }[] = [];
  private writeTrouble: string | null = null;
  private syncTrouble: string | null = null;
  private reported = false;
  private retryTimer: NodeJS.Timeout | undefined;
  private syncTimer: NodeJS.Timeout | undefined;
  private syncing = false;
  private lastSync = 0;
  private closed = false;

  constructor({ path, onTrouble, now = () => new Date() }: JournalWriterOptions, torn: boolean) {
    this.file = openSync(path, 'a', 0o600);
    this.now = now;
    this.onTrouble = onTrouble;
    this.waiting = torn ? [Buffer.from(TORN_LINE_END)] : [];
  }

  append(body: RunEventBody): RunEvent {
    const event = { time: this.now().toISOString(), ...body };
    this.waiting.push(Buffer.from(`${jsonLine(event)}\n`));
    this.appended += 1;
    // While the disk refuses, the next try writes everything that was appended meanwhile.
    if (this.retryTimer === undefined) this.write();
    return event;
  }

  synced(): Promise<void> {
    if (this.onDisk === this.appended) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiters.push({ upTo: this.appended, resolve });
      clearTimeout(this.syncTimer);
      this.syncTimer = undefined;
      this.scheduleSync();
    });
  }

  async close(): Promise<void> {
    this.write();
    this.closed = true;
    clearTimeout(this.retryTimer);
    if (this.writeTrouble === null) await this.synced();
    clearTimeout(this.syncTimer);
    closeSync(this.file);
  }

  private write(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    try {
      while (this.waiting.length > 0) this.writePiece();
      this.written = this.appended;
      this.writeTrouble = null;
      this.scheduleSync();
    } catch (error) {
      this.writeTrouble = messageOf(error);
      this.retryTimer = setTimeout(() => this.write(), RETRY_MS);
    }
    this.reportTrouble();
  }

  private writePiece(): void {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [bytes];
    const rest = bytes.subarray(writeSync(this.file, bytes));
    this.waiting = rest.length > 0 ? [rest] : [];
  }

  /** Reports once that the disk refuses, and once that it takes lines again. */
  private reportTrouble(): void {
    const message = this.writeTrouble ?? this.syncTrouble;
    if (this.reported === (message !== null)) return;
    this.reported = message !== null;
    this.onTrouble(message);
  }

  private scheduleSync(): void {
    if (this.syncing || this.syncTimer !== undefined || this.onDisk === this.written) return;
    this.syncTimer = setTimeout(
      () => this.sync(),
      Math.max(0, this.lastSync + this.syncInterval() - performance.now()),
    );
  }

  private syncInterval(): number {
    if (this.syncTrouble !== null) return RETRY_MS;
    return this.waiters.length > 0 ? 0 : SYNC_INTERVAL_MS;
  }

  private sync(): void {
    this.syncTimer = undefined;
    this.syncing = true;
    const upTo = this.written;
    fdatasync(this.file, (error) => {
      this.syncing = false;
      this.lastSync = performance.now();
      this.syncTrouble = error?.message ?? null;
      this.reportTrouble();
      // The caller of close has waited for one try. A disk that still refuses must not keep the process alive for ever.
      if (error === null || this.closed) this.settle(upTo);
      this.scheduleSync();
    });
  }

  private settle(upTo: number): void {
    this.onDisk = upTo;
    const done = this.waiters.filter((waiter) => waiter.upTo <= upTo);
    this.waiters = this.waiters.filter((waiter) => waiter.upTo > upTo);
    for (const { resolve } of done) resolve();
  }
}
