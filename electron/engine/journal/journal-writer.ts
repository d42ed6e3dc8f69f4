import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import type { RunEvent, RunEventBody } from '../../../shared/run-events.ts';

/** Group commit: at most one fdatasync in this time, as a sync costs milliseconds and 10,000 reports a second are possible. */
const SYNC_INTERVAL_MS = 100;

/** How long to wait before a line that the disk did not take is tried again. */
const RETRY_MS = 1_000;

export interface JournalWriter {
  /** Stamps the event, writes it and returns it. It is in the file (not yet on the disk) when this returns. */
  append(body: RunEventBody): RunEvent;
  /** Resolves when everything appended so far is on the disk. */
  synced(): Promise<void>;
  /** Writes and syncs the rest and closes the file. */
  close(): Promise<void>;
}

export interface JournalWriterOptions {
  path: string;
  /** Called when the disk refuses a line (full, read-only, gone) and when it takes lines again (null). Nothing is lost meanwhile. */
  onTrouble: (message: string | null) => void;
  now?: () => Date;
}

/**
 * Opens a run's journal for appending. A torn last line of an earlier writer is closed by a newline first, so that it stays alone.
 * @param torn whether the file ends without a newline
 * @throws the file system's error when it cannot be opened
 */
export function openJournal(options: JournalWriterOptions, torn = false): JournalWriter {
  const file = openSync(options.path, 'a', 0o600);
  const now = options.now ?? (() => new Date());
  let waiting = torn ? '\n' : '';
  let trouble = false;
  let retry: NodeJS.Timeout | undefined;
  let syncTimer: NodeJS.Timeout | undefined;
  let syncing = false;
  let dirty = false;
  let closed = false;
  let lastSync = 0;
  let waiters: (() => void)[] = [];

  const write = (): void => {
    retry = undefined;
    try {
      while (waiting !== '') {
        const bytes = Buffer.from(waiting);
        const written = writeSync(file, bytes);
        // After a short write the rest is cut at a byte, which may lie inside a character: keep the bytes, not the text.
        waiting = written === bytes.length ? '' : bytes.toString('latin1', written);
        if (waiting !== '') waiting = Buffer.from(waiting, 'latin1').toString('utf8');
      }
      dirty = true;
      setTrouble(null);
      scheduleSync();
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
      if (!closed) retry = setTimeout(write, RETRY_MS);
    }
  };
  const setTrouble = (message: string | null): void => {
    if (trouble === (message !== null)) return;
    trouble = message !== null;
    options.onTrouble(message);
  };
  const scheduleSync = (): void => {
    if (syncing || syncTimer !== undefined) return;
    const pause = Math.max(0, lastSync + SYNC_INTERVAL_MS - performance.now());
    syncTimer = setTimeout(sync, pause);
  };
  const sync = (): void => {
    syncTimer = undefined;
    syncing = true;
    dirty = false;
    const served = waiters;
    waiters = [];
    fdatasync(file, () => {
      syncing = false;
      lastSync = performance.now();
      for (const resolve of served) resolve();
      if (dirty || waiters.length > 0) scheduleSync();
    });
  };
  const synced = (): Promise<void> => {
    if (!dirty && !syncing && waiting === '') return Promise.resolve();
    return new Promise((resolve) => {
      waiters.push(resolve);
      if (!trouble) scheduleSync();
    });
  };
  return {
    append(body) {
      const event = { time: now().toISOString(), ...body };
      waiting += `${JSON.stringify(event)}\n`;
      if (retry === undefined) write();
      return event;
    },
    synced,
    async close() {
      clearTimeout(retry);
      write();
      closed = true;
      if (!trouble) await synced();
      clearTimeout(syncTimer);
      clearTimeout(retry);
      closeSync(file);
    },
  };
}
