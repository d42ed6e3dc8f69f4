import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RunListChange } from '../../../shared/contract/history.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { launchTime } from '../../../shared/ids.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import { isUnderWay } from '../../../shared/run/run-status.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';
import { TimeSlices } from '../inputs/time-slices.ts';
import type { IsOwned } from '../run-directory/owner-file.ts';
import { JournalFold } from '../run-directory/read-journal.ts';
import { listRunPlaces, type RunPlace } from '../run-directory/run-places.ts';
import { entryOfState, readRunEntry } from './read-run-entry.ts';
import { journalKey, type RunKey, type RunRecords, readRunRecords, recordsKey } from './run-records.ts';

/** Number of entries in one message: about 300 kB. */
export const ENTRIES_PER_PUSH = 1_000;

/** Number of the newest runs that count as recent. Resumed runs are mostly among them. */
const RECENT_RUNS = 50;

/** A folder that is younger than this may be a run that is still being created. It is not reported as damaged (milliseconds). */
const YOUNG_RUN_MS = 10_000;

/** The list is saved to the disk when this many runs had to be read. Reading fewer runs again is as fast. */
const KEEP_AFTER_READS = 100;

/** Is raised when entries are read in another way, so that older ones are not used. */
const KEPT_VERSION = 2;

/** While many runs are read, changes are pushed at most this often (milliseconds), because each message is drawn. */
const PUSH_EVERY_MS = 150;

/**
 * How much is polled: the recent and active runs that are known; new folders as well; the journals of all runs; or all records of all
 * runs. What did not change is not read again.
 */
export type Depth = 'recent' | 'folders' | 'journals' | 'everything';

export interface ListIndexOptions {
  /** The data directory; null to keep nothing between processes. */
  home: string | null;
  /** The folder of all runs. */
  runs: string;
  isOwned: IsOwned;
  /** Returns the state of a run that this process owns; null for all others. */
  ownState: (run: string) => RunState | null;
}

interface Indexed {
  key: RunKey;
  entry: RunListEntry;
  records: RunRecords | null;
  /** Kept for active runs only: the state of 100,000 items is large. */
  fold: JournalFold | null;
}

/** The list entries of all runs, kept up to date by the sizes and times of their files. */
export class ListIndex {
  private readonly options: ListIndexOptions;
  /** By directory. */
  private readonly runs = new Map<string, Indexed>();
  /** Newest first. */
  private places: RunPlace[] = [];
  private kept: Map<string, KeptRun> | null = null;
  private reads = 0;
  private polling: Promise<void> = Promise.resolve();
  /** Whether a run was left out because it may not be completely created yet. It has to be read again. */
  hasYoung = false;

  constructor(options: ListIndexOptions) {
    this.options = options;
  }

  /** Returns all runs as they were last read, newest first. */
  entries(): RunListEntry[] {
    return this.places.flatMap(({ directory }) => this.runs.get(directory)?.entry ?? []);
  }

  /** Returns the names of pipelines that have runs. */
  pipelines(): Set<string> {
    return new Set(this.places.map(({ pipeline }) => pipeline));
  }

  /**
   * Polls the runs and passes on changes, the newest runs first. Polls run one after the other, and yield to other work of the process every
   * few milliseconds.
   */
  poll(depth: Depth, onChange: (change: Omit<RunListChange, 'loaded'>) => void = () => undefined): Promise<void> {
    const poll = this.polling.then(() => this.pollNow(depth, new ListChanges(onChange)));
    this.polling = poll.catch(() => undefined);
    return poll;
  }

  /** Keeps the size of a run's folder until its files change. */
  setBytes(directory: string, bytes: number): void {
    const known = this.runs.get(directory);
    if (known !== undefined && !isActive(known.entry)) known.entry = { ...known.entry, bytes };
  }

  private async pollNow(depth: Depth, changes: ListChanges): Promise<void> {
    const slices = new TimeSlices();
    if (depth !== 'recent') this.findPlaces(changes);
    this.hasYoung = false;
    for (const [index, place] of this.places.entries()) {
      const thorough = depth === 'everything' || index < RECENT_RUNS;
      if (!this.isDue(place, depth, thorough)) continue;
      const entry = this.pollRun(place, thorough);
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

  /** @returns the entry if it is new or changed */
  private pollRun(place: RunPlace, thorough: boolean): RunListEntry | null {
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

  /** Returns what an earlier process saved about a run, if the run has not changed since. */
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

  /** Saves the list for the next process, if reading the runs again would take long. Active runs are read again in any case. */
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
  return isUnderWay(status);
}

function isYoung(run: string): boolean {
  const age = Date.now() - launchTime(run);
  return age >= 0 && age < YOUNG_RUN_MS;
}

/** An entry as it is saved, without the path of its run: that is the folder in which the run is found. */
interface KeptRun {
  key: RunKey;
  entry: Omit<RunListEntry, 'run' | 'pipeline' | 'directory'>;
}

/** Returns the path of the saved list. The list only saves time. */
function keptListFile(home: string): string {
  return join(home, 'cache', 'run-list.json');
}

/** Reads the saved list, by `pipeline/run`. If it is missing, damaged or of another version, it is empty, and the runs are read again. */
function readKeptList(home: string): Map<string, KeptRun> {
  try {
    const value: unknown = JSON.parse(readFileSync(keptListFile(home), 'utf8'));
    return isKeptList(value) ? new Map(Object.entries(value.runs).filter(([, kept]) => isKeptRun(kept))) : new Map();
  } catch {
    return new Map();
  }
}

/** Saves a list for the next start. If that is impossible (a full disk, a folder of another user), the next start takes longer. */
function keepList(home: string, runs: ReadonlyMap<string, KeptRun>): void {
  try {
    makeFolders(dirname(keptListFile(home)), PRIVATE_FOLDER);
    writeFileAtomic(keptListFile(home), JSON.stringify({ version: KEPT_VERSION, runs: Object.fromEntries(runs) }));
  } catch {
    // See above.
  }
}

function isKeptList(value: unknown): value is { runs: Record<string, KeptRun> } {
  if (!isObject(value) || value['version'] !== KEPT_VERSION) return false;
  return isObject(value['runs']);
}

/** Checks an entry by hand: a schema would take more time than the saved list saves. */
function isKeptRun(value: unknown): value is KeptRun {
  if (!isObject(value)) return false;
  const { key, entry } = value;
  if (!isObject(key) || typeof key['journal'] !== 'string' || typeof key['records'] !== 'string') return false;
  if (!isObject(entry) || typeof entry['status'] !== 'string' || !isObject(entry['items'])) return false;
  return (
    ['name', 'created', 'ended', 'damage'].every((name) => isTextOrNull(entry[name])) &&
    ['total', 'complete', 'failed'].every(
      (name) => typeof (entry['items'] as Record<string, unknown>)[name] === 'number',
    ) &&
    Array.isArray(entry['devices']) &&
    entry['devices'].every((device) => isObject(device) && typeof device['name'] === 'string')
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The changes of one poll. They are collected so that there is neither one message per run nor one of many megabytes. */
class ListChanges {
  private readonly onChange: (change: Omit<RunListChange, 'loaded'>) => void;
  private changed: RunListEntry[] = [];
  private removed: string[] = [];
  private flushedAt = Number.NEGATIVE_INFINITY;

  constructor(onChange: (change: Omit<RunListChange, 'loaded'>) => void) {
    this.onChange = onChange;
  }

  add(entry: RunListEntry): void {
    this.changed.push(entry);
    if (this.changed.length >= ENTRIES_PER_PUSH) this.flush();
  }

  remove(directory: string): void {
    this.removed.push(directory);
  }

  /** Passes on the collected changes, unless others were passed on a moment ago. */
  flushInTime(): void {
    if (performance.now() - this.flushedAt >= PUSH_EVERY_MS) this.flush();
  }

  /** Passes on the collected changes. */
  flush(): void {
    if (this.changed.length === 0 && this.removed.length === 0) return;
    const change = { changed: this.changed, removed: this.removed };
    this.changed = [];
    this.removed = [];
    this.flushedAt = performance.now();
    this.onChange(change);
  }
}
