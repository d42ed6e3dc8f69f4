import type { RunEvent } from '../../../shared/run-events.ts';
import { forEachLine, parseEvent } from '../journal/read-journal.ts';
import { isMissing } from '../logs/open-if-there.ts';
import { watchGrowth } from '../logs/watch-growth.ts';

/** Events are handed on in batches of at most this many, so that one message stays small. */
const EVENTS_PER_BATCH = 1_000;

/** A journal that is followed. */
export interface JournalFollower {
  /** Reads what is there now; the watch does it too. */
  read(): void;
  stop(): void;
}

/**
 * Hands on all events of a journal, those that are there and those that come, each once and in order. A run may be deleted while it is
 * watched: a journal that is gone has no more events.
 */
export function followJournal(path: string, onEvents: (events: RunEvent[]) => void): JournalFollower {
  let position = 0;
  const readOn = (): void => {
    let batch: RunEvent[] = [];
    position = forEachLine(
      path,
      (line) => {
        const event = parseEvent(line);
        if (event !== null) batch.push(event);
        if (batch.length < EVENTS_PER_BATCH) return;
        onEvents(batch);
        batch = [];
      },
      position,
    );
    if (batch.length > 0) onEvents(batch);
  };
  const read = (): void => {
    try {
      readOn();
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  };
  const watch = watchGrowth(path, read);
  return { read, stop: () => watch.stop() };
}
