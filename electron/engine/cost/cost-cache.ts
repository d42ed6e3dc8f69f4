import { rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CostEstimator } from '../../../shared/pipeline/pipeline.ts';
import { ensurePrivateFile, makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import type { CostFile } from './cost-file.ts';

/** Milliseconds to wait for another process that writes the cache; counting again takes little longer. */
const CACHE_BUSY_MS = 250;

/** A cache larger than this is recreated: it has about a million files. */
const CACHE_LIMIT_BYTES = 256 * 1024 * 1024;

/** Raised when a counter changes its results, so that old ones are not used. */
const COUNTERS_VERSION = 2;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS costs (
    path TEXT NOT NULL, estimator TEXT NOT NULL, size INTEGER NOT NULL, mtime_ms REAL NOT NULL, cost REAL NOT NULL,
    PRIMARY KEY (path, estimator)
  ) WITHOUT ROWID`;

interface Statements {
  find: StatementSync;
  store: StatementSync;
}

/**
 * Costs of earlier runs, by path, size, mtime and estimator, in one SQLite file that several processes may use. It only saves time: a
 * file that is locked, damaged or cannot be created counts as empty, and a damaged one is recreated.
 */
export class CostCache {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  /** After an error the cache is not used any more; the database is still closed. */
  #usable = true;

  private constructor(path: string, database: DatabaseSync, statements: Statements) {
    this.#path = path;
    this.#database = database;
    this.#statements = statements;
  }

  /** Opens the cache, and creates it when there is none; returns null when that is impossible. */
  static async open(path: string): Promise<CostCache | null> {
    // Imported here: most commands need no costs, and loading it takes milliseconds.
    const { DatabaseSync } = await import('node:sqlite');
    const open = (): CostCache => {
      ensurePrivateFile(path);
      const database = new DatabaseSync(path, { timeout: CACHE_BUSY_MS });
      try {
        return new CostCache(path, database, prepare(database));
      } catch (error) {
        database.close();
        throw error;
      }
    };
    return attempt(() => {
      makeFolders(dirname(path), PRIVATE_FOLDER);
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > CACHE_LIMIT_BYTES) removeDatabase(path);
      try {
        return open();
      } catch (error) {
        if (!isDamage(error)) throw error;
        removeDatabase(path);
        return open();
      }
    });
  }

  /** Returns the costs of files in their present state; null for a file that was never counted or has changed. */
  find(files: readonly CostFile[], estimator: CostEstimator): (number | null)[] {
    const key = estimatorKey(estimator);
    const found = this.#inTransaction('BEGIN', () => files.map((file) => this.#findOne(file, key)));
    return found ?? files.map(() => null);
  }

  /** Stores costs, all in one transaction. */
  store(entries: readonly { file: CostFile; cost: number }[], estimator: CostEstimator): void {
    const key = estimatorKey(estimator);
    this.#inTransaction('BEGIN IMMEDIATE', () => {
      for (const { file, cost } of entries) this.#statements.store.run(file.file, key, file.size, file.mtime_ms, cost);
    });
  }

  close(): void {
    attempt(() => this.#database.close());
  }

  #findOne({ file, size, mtime_ms }: CostFile, key: string): number | null {
    const cost = this.#statements.find.get(file, key, size, mtime_ms)?.['cost'];
    return typeof cost === 'number' ? cost : null;
  }

  /** Also used for reading: without a transaction each read would lock the file again, which takes longer than the read. */
  #inTransaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', action: () => T): T | null {
    if (!this.#usable) return null;
    try {
      this.#database.exec(begin);
      const value = action();
      this.#database.exec('COMMIT');
      return value;
    } catch (error) {
      this.#usable = false;
      attempt(() => this.#database.exec('ROLLBACK'));
      // The damage was detected only now; the next process that opens the cache recreates it.
      if (isDamage(error)) attempt(() => removeDatabase(this.#path));
      return null;
    }
  }
}

function prepare(database: DatabaseSync): Statements {
  // A rollback journal also works when the data folder is on a network. Losing the last costs in a power failure does not matter.
  database.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF');
  database.exec(SCHEMA);
  return {
    find: database.prepare('SELECT cost FROM costs WHERE path = ? AND estimator = ? AND size = ? AND mtime_ms = ?'),
    store: database.prepare(
      'INSERT OR REPLACE INTO costs (path, estimator, size, mtime_ms, cost) VALUES (?, ?, ?, ?, ?)',
    ),
  };
}

function estimatorKey(estimator: CostEstimator): string {
  return `${COUNTERS_VERSION} ${typeof estimator === 'string' ? estimator : JSON.stringify(estimator.command)}`;
}

/** SQLITE_CORRUPT and SQLITE_NOTADB: the file is damaged or not a database. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26);
}

function removeDatabase(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}-journal`, { force: true });
}

function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
