import type { RunEvent } from '../../../shared/run/run-events.ts';
import { isMissing } from '../files/open-if-there.ts';
import { watchGrowth } from '../logs/growth-watcher.ts';
import { OwnPaths } from '../run-directory/own-paths.ts';
import { forEachLine, parseEvent } from '../run-directory/read-journal.ts';

/** Events are passed on in batches of at most this many, so that one message stays small. */
const EVENTS_PER_BATCH = 1_000;
/** The most characters of a batch, about: one event may name a thousand items. */
const TEXT_PER_BATCH = 256 * 1024;
/** About so many bytes are read in one turn, so that events are consumed before more of them are in memory. */
const BYTES_PER_TURN = 1024 * 1024;

/** A journal that is followed. */
export interface JournalFollower {
  /** Reads what is there now, as the watch does. */
  read(): void;
  stop(): void;
}

/**
 * Follows a journal: passes on all its events, present and future ones, each once and in order. A run may be deleted while it is watched: a
 * journal that is gone has no more events.
 * @param onRead called whenever everything that is there has been passed on. With it the journal is read in turns of the event loop, else
 *   at once
 */
export function followJournal(
  path: string,
  onEvents: (events: RunEvent[]) => void,
  onRead?: () => void,
): JournalFollower {
  const reader = new JournalReader(path, onEvents);
  const mostBytes = onRead === undefined ? Number.POSITIVE_INFINITY : BYTES_PER_TURN;
  let turn: NodeJS.Immediate | undefined;
  const read = (): void => {
    if (turn !== undefined) return;
    if (reader.read(mostBytes)) onRead?.();
    else turn = setImmediate(readOn);
  };
  const readOn = (): void => {
    turn = undefined;
    read();
  };
  const watch = watchGrowth(path, read);
  return {
    read,
    stop: () => {
      clearImmediate(turn);
      watch.stop();
    },
  };
}

class JournalReader {
  private readonly path: string;
  private readonly onEvents: (events: RunEvent[]) => void;
  private readonly paths: OwnPaths;
  private position = 0;
  private batch: RunEvent[] = [];
  private text = 0;

  constructor(path: string, onEvents: (events: RunEvent[]) => void) {
    this.path = path;
    this.paths = new OwnPaths(path);
    this.onEvents = onEvents;
  }

  /** Passes on what is there, up to about so many bytes. @returns whether that was all */
  read(mostBytes: number): boolean {
    const from = this.position;
    try {
      this.position = forEachLine(this.path, (line) => this.take(line), from, mostBytes);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    this.passOn();
    return this.position - from < mostBytes;
  }

  private take(line: string): void {
    const event = parseEvent(line);
    if (event !== null) this.batch.push(this.paths.renew(event));
    this.text += line.length;
    if (this.batch.length >= EVENTS_PER_BATCH || this.text >= TEXT_PER_BATCH) this.passOn();
  }

  private passOn(): void {
    const { batch } = this;
    this.batch = [];
    this.text = 0;
    if (batch.length > 0) this.onEvents(batch);
  }
}
