import { isDeepStrictEqual } from 'node:util';
import type { RunListChange } from '../../../shared/contract/history.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { launchTime } from '../../../shared/ids.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import { TimeSlices } from '../inputs/time-slices.ts';
import type { IsOwned } from '../run-directory/owner-file.ts';
import { JournalFold } from '../run-directory/read-journal.ts';
import { listRunPlaces, type RunPlace } from '../run-directory/run-places.ts';
import { type KeptRun, keepList, readKeptList } from './kept-list.ts';
import { ListChanges } from './list-changes.ts';
import { entryOfState, readRunEntry } from './read-run-entry.ts';
import { journalKey, type RunKey, recordsKey } from './run-key.ts';
import { type RunRecords, readRunRecords } from './run-records.ts';

/** So many of the newest runs count as recent: what is resumed is mostly among them. */
const RECENT_RUNS = 50;

/** A folder that is younger than this may be a run that is still being made, and is not called damaged (milliseconds). */
const YOUNG_RUN_MS = 10_000;

/** The list is kept on the disk when so many runs had to be read anew; fewer are read again as quickly. */
const KEEP_AFTER_READS = 100;

/**
 * How much is looked at: the recent and active runs that are known; new folders besides; the journals of all; or all records of all. What
 * did not change is not read again.
 */
export type Depth = 'recent' | 'folders' | 'journals' | 'everything';

export interface ListIndexOptions {
  /** The data directory; null to keep nothing between processes. */
  home: string | null;
  /** The folder of all runs. */
  runs: string;
  isOwned: IsOwned;
  /** The state of a run that this process has in hand; null for all others. */
  ownState: (run: string) => RunState | null;
}

interface Indexed {
  key: RunKey;
  entry: RunListEntry;
  records: RunRecords | null;
  /** Kept of an active run only: the state of 100,000 items is large. */
  fold: JournalFold | null;
}

/** The list entries of all runs, kept up to date by looking at what tells that files have changed. */
export class ListIndex {
  private readonly options: ListIndexOptions;
  /** By directory. */
  private readonly runs = new Map<string, Indexed>();
  /** Newest first. */
  private places: RunPlace[] = [];
  private kept: Map<string, KeptRun> | null = null;
  private reads = 0;
  private looking: Promise<void> = Promise.resolve();
  /** Whether a run was left out that may still be being made: it has to be looked for again. */
  hasYoung = false;

  constructor(options: ListIndexOptions) {
    this.options = options;
  }

  /** All runs as they were last seen, newest first. */
  entries(): RunListEntry[] {
    return this.places.flatMap(({ directory }) => this.runs.get(directory)?.entry ?? []);
  }

  /** The names of pipelines that have runs. */
  pipelines(): Set<string> {
    return new Set(this.places.map(({ pipeline }) => pipeline));
  }

  /**
   * Looks at the runs and tells what is new, the newest runs first. Looks follow each other, and give others of the process a turn every
   * few milliseconds.
   */
  look(depth: Depth, tell: (change: Omit<RunListChange, 'loaded'>) => void = () => undefined): Promise<void> {
    const look = this.looking.then(() => this.lookNow(depth, new ListChanges(tell)));
    this.looking = look.catch(() => undefined);
    return look;
  }

  /** Remembers what a run's folder takes, until its files change. */
  setBytes(directory: string, bytes: number): void {
    const known = this.runs.get(directory);
    if (known !== undefined && !isActive(known.entry)) known.entry = { ...known.entry, bytes };
  }

  private async lookNow(depth: Depth, changes: ListChanges): Promise<void> {
    const slices = new TimeSlices();
    if (depth !== 'recent') this.findPlaces(changes);
    this.hasYoung = false;
    for (const [index, place] of this.places.entries()) {
      const thorough = depth === 'everything' || index < RECENT_RUNS;
      if (!this.isDue(place, depth, thorough)) continue;
      const entry = this.lookAt(place, thorough);
      if (entry !== null) changes.add(entry);
      if (!slices.due) continue;
      changes.flushInTime();
      await slices.pause();
    }
    changes.flush();
    this.keep();
  }

  private findPlaces(changes: ListChanges): void {
    this.places = listRunPlaces(this.options.runs);
    const there = new Set(this.places.map(({ directory }) => directory));
    for (const directory of this.runs.keys()) {
      if (there.has(directory)) continue;
      this.runs.delete(directory);
      changes.remove(directory);
    }
  }

  private isDue({ directory }: RunPlace, depth: Depth, thorough: boolean): boolean {
    if (thorough || depth === 'journals') return true;
    const known = this.runs.get(directory);
    return known === undefined ? depth === 'folders' : isActive(known.entry);
  }

  /** @returns the entry when it is new or changed */
  private lookAt(place: RunPlace, thorough: boolean): RunListEntry | null {
    const { directory } = place;
    const known = this.runs.get(directory);
    const journal = journalKey(directory);
    const isSame = known?.key.journal === journal;
    const key = { journal, records: isSame && !thorough ? known.key.records : recordsKey(directory) };
    if (isSame && known.key.records === key.records && !isActive(known.entry)) return null;
    const fresh = this.takeKept(place, known, key) ?? this.read(place, known, key);
    if (fresh === null) return null;
    const unchanged = known !== undefined && isDeepStrictEqual(known.entry, fresh.entry);
    this.runs.set(directory, unchanged ? { ...fresh, entry: known.entry } : fresh);
    return unchanged ? null : fresh.entry;
  }

  /** What an earlier process kept of a run that has not changed since. */
  private takeKept({ pipeline, run, directory }: RunPlace, known: Indexed | undefined, key: RunKey): Indexed | null {
    const { home } = this.options;
    if (known !== undefined || home === null) return null;
    this.kept ??= readKeptList(home);
    const kept = this.kept.get(`${pipeline}/${run}`);
    if (kept === undefined || !isDeepStrictEqual(kept.key, key)) return null;
    return { key, entry: { run, pipeline, directory, ...kept.entry }, records: null, fold: null };
  }

  private read(place: RunPlace, known: Indexed | undefined, key: RunKey): Indexed | null {
    const records = known?.key.records === key.records ? known.records : null;
    const found = this.readEntry(place, records ?? readRunRecords(place.directory), known?.fold ?? null, key);
    if (found.entry.status === 'damaged' && known === undefined && isYoung(place.run)) {
      this.hasYoung = true;
      return null;
    }
    this.reads += 1;
    return found;
  }

  private readEntry(place: RunPlace, records: RunRecords, earlier: JournalFold | null, key: RunKey): Indexed {
    const state = this.options.ownState(place.run);
    if (state !== null) return { key, entry: entryOfState(place, state, records), records, fold: null };
    const goesOn = earlier !== null && earlier.position <= Number.parseInt(key.journal, 10);
    const fold = goesOn ? earlier : new JournalFold();
    const entry = readRunEntry(place, this.options.isOwned, records, fold);
    return { key, entry, records, fold: isActive(entry) ? fold : null };
  }

  /** Keeps the list for the next process, when reading it anew would take long. Active runs are read anew in any case. */
  private keep(): void {
    const { home } = this.options;
    if (home === null || this.reads < KEEP_AFTER_READS) return;
    this.reads = 0;
    const kept = new Map<string, KeptRun>();
    for (const { key, entry } of this.runs.values()) {
      const { run, pipeline, directory: _, ...rest } = entry;
      if (!isActive(entry)) kept.set(`${pipeline}/${run}`, { key, entry: rest });
    }
    keepList(home, kept);
    this.kept = null;
  }
}

function isActive({ status }: RunListEntry): boolean {
  return status === 'pending' || status === 'running' || status === 'stopping';
}

function isYoung(run: string): boolean {
  const age = Date.now() - launchTime(run);
  return age >= 0 && age < YOUNG_RUN_MS;
}
