import { rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ensurePrivateFile, makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { journalFile } from '../run-directory/paths.ts';
import { listRunPlaces, type RunPlace } from '../run-directory/run-places.ts';
import { askIndex, INDEX_BUSY_MS, type Table } from './ask-index.ts';
import { type Cell, INDEX_TABLES, INDEX_VERSION, schemaStatements } from './index-schema.ts';
import { addRunRows } from './run-rows.ts';

/** Result codes (sqlite.org/rescode.html): a damaged file, and one that is no database. Extended codes have these in their lowest byte. */
const SQLITE_BUSY = 5;
const UNUSABLE: readonly number[] = [11, 26];
const FIRST_EXTENDED_CODE = 256;

/** How soon an index that another process is setting up is tried again; SQLite itself does not wait for that (milliseconds). */
const BUSY_POLL_MS = 20;

export interface RefreshRequest {
  /** The folder of all runs. */
  runs: string;
  isOwned: (directory: string) => boolean;
  onProgress: (done: number, total: number) => void;
}

/** The result of a refresh. `unreadable` are damaged runs; their readable parts are not in the tables either. */
export interface RefreshResult {
  indexed: number;
  removed: number;
  unreadable: string[];
}

/** The source state of an index row: it is recreated when the journal has changed, or when the run has gained or lost its owner. */
interface Stamp {
  journal_size: number;
  journal_mtime: number;
  owned: number;
}

/**
 * An index over all runs in one SQLite file, so that queries over many runs need not fold their journals again. The run folders remain the source
 * of truth: a missing, damaged or older index is recreated.
 */
export class RunIndex {
  private readonly path: string;
  private database: DatabaseSync;

  /** @param path the file; created when it does not exist */
  constructor(path: string) {
    this.path = path;
    makeFolders(dirname(path), PRIVATE_FOLDER);
    this.database = openOrRemake(path);
  }

  /** Updates the index from the run folders. */
  refresh({ runs, isOwned, onProgress }: RefreshRequest): RefreshResult {
    const places = listRunPlaces(runs);
    const known = this.stamps();
    const stale = places.flatMap((place) => {
      const stamp = newStamp(place, known.get(place.run), isOwned);
      return stamp === null ? [] : [{ place, stamp }];
    });
    const there = new Set(places.map(({ run }) => run));
    const gone = [...known.keys()].filter((run) => !there.has(run));
    for (const run of gone) this.inTransaction(() => this.remove(run));
    const unreadable = stale.filter(({ place, stamp }, done) => {
      onProgress(done, stale.length);
      return !this.add(place, stamp);
    });
    return {
      indexed: stale.length - unreadable.length,
      removed: gone.length,
      unreadable: unreadable.map(({ place }) => place.run),
    };
  }

  /** Deletes everything; the next refresh fills the index again. */
  clear(): void {
    this.database.close();
    removeFiles(this.path);
    this.database = openOrRemake(this.path);
  }

  /** Answers a query from what this process has brought up to date. Nothing can be written after it. @throws what is wrong with the query */
  ask(sql: string, limit: number): Table {
    return askIndex(this.database, sql, limit);
  }

  close(): void {
    this.database.close();
  }

  private stamps(): Map<string, Stamp> {
    const rows = this.database.prepare('SELECT * FROM indexed').all();
    return new Map(
      rows.map((row) => [
        String(row['run']),
        {
          journal_size: Number(row['journal_size']),
          journal_mtime: Number(row['journal_mtime']),
          owned: Number(row['owned']),
        },
      ]),
    );
  }

  /** Adds a run in one transaction, so that a reader sees all of it or its old state. @returns false when it cannot be read */
  private add(place: RunPlace, stamp: Stamp): boolean {
    const inserts = new Map(
      INDEX_TABLES.map((table) => {
        const columns = table.columns.map(({ name }) => name);
        const marks = columns.map(() => '?').join(', ');
        return [
          table.name,
          { columns, statement: this.database.prepare(`INSERT INTO ${table.name} VALUES (${marks})`) },
        ];
      }),
    );
    try {
      this.inTransaction(() => {
        this.remove(place.run);
        addRunRows(place, stamp.owned === 1, (table, row) => {
          const insert = inserts.get(table);
          insert?.statement.run(...insert.columns.map((name) => (row as Record<string, Cell>)[name] ?? null));
        });
        this.stamp(place.run, stamp);
      });
      return true;
    } catch (error) {
      if (isDatabaseError(error)) throw error;
      // A damaged run is read again only when its journal changes.
      this.inTransaction(() => {
        this.remove(place.run);
        this.stamp(place.run, stamp);
      });
      return false;
    }
  }

  private stamp(run: string, { journal_size, journal_mtime, owned }: Stamp): void {
    this.database
      .prepare('INSERT OR REPLACE INTO indexed VALUES (?, ?, ?, ?)')
      .run(run, journal_size, journal_mtime, owned);
  }

  private remove(run: string): void {
    for (const { name } of INDEX_TABLES) this.database.prepare(`DELETE FROM ${name} WHERE run = ?`).run(run);
    this.database.prepare('DELETE FROM indexed WHERE run = ?').run(run);
  }

  private inTransaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }
}

/**
 * Returns the stamp of a run whose rows have to be recreated; null when they are current. A new owner writes to the journal, a dying one does not.
 */
function newStamp(place: RunPlace, known: Stamp | undefined, isOwned: RefreshRequest['isOwned']): Stamp | null {
  const stats = statSync(journalFile(place.directory), { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const isSame = known?.journal_size === stats.size && known.journal_mtime === stats.mtimeMs;
  if (isSame && known.owned === 0) return null;
  const owned = Number(isOwned(place.directory));
  if (isSame && owned === 1) return null;
  return { journal_size: stats.size, journal_mtime: stats.mtimeMs, owned };
}

/** Only a damaged index or one of another version is removed, and once: another process may be at work on one that is busy. */
function openOrRemake(path: string): DatabaseSync {
  const deadline = performance.now() + INDEX_BUSY_MS;
  let isRemade = false;
  for (;;) {
    try {
      return open(path);
    } catch (error) {
      if (sqliteCode(error) === SQLITE_BUSY && performance.now() < deadline) {
        pause(BUSY_POLL_MS);
      } else if (isUnusable(error) && !isRemade) {
        isRemade = true;
        removeFiles(path);
      } else {
        throw error;
      }
    }
  }
}

function isUnusable(error: unknown): boolean {
  return error instanceof OtherVersion || UNUSABLE.includes(sqliteCode(error) ?? 0);
}

/** An index that another release has made. */
class OtherVersion extends Error {}

/** Blocks: this process has nothing else to do. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Returns the primary result code of SQLite; null for another error. */
function sqliteCode(error: unknown): number | null {
  if (!isDatabaseError(error) || !('errcode' in error)) return null;
  return Number(error.errcode) % FIRST_EXTENDED_CODE;
}

/** @throws when the file is not a database, is busy, or belongs to another version of the index */
function open(path: string): DatabaseSync {
  ensurePrivateFile(path);
  const database = new DatabaseSync(path, { timeout: INDEX_BUSY_MS });
  try {
    // Allows readers beside one writer. Data that is lost in a power failure is recreated from the runs.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
    // Of several processes that find no tables one makes them, and the others find them when it is their turn.
    database.exec('BEGIN IMMEDIATE');
    const version = versionOf(database);
    if (version === 0) database.exec(schemaStatements());
    database.exec('COMMIT');
    if (version !== 0 && version !== INDEX_VERSION) throw new OtherVersion(`The index has version ${version}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function removeFiles(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

function isDatabaseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
