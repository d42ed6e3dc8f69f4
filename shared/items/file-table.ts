import { Column } from './column.ts';
import { PathColumn } from './path-column.ts';
import { TextPool } from './text-pool.ts';

/** A file and what is known of it before it is processed. Rows of a table have getters, whose values are lost when a row is spread. */
export interface FileRow {
  /** Absolute; for a join, the file that represents its parts. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, as the file system gives them. */
  readonly mtime_ms: number;
  readonly cost: number;
  /** The file's folder below the PATH that found it; empty at the top. */
  readonly relative_dir: string;
  /** The run file that it comes from; absent when it is a run file itself. */
  readonly origin?: string | undefined;
  /** The files of a join by name. */
  readonly joined?: Record<string, string> | undefined;
}

/** Files in columns: a million take some fifty megabytes, which the garbage collector does not have to scan. */
export class FileTable {
  readonly #folders = new TextPool();
  readonly #files = new PathColumn(this.#folders);
  readonly #sizes = new Column(Float64Array);
  readonly #times = new Column(Float64Array);
  readonly #costs = new Column(Float64Array);
  readonly #relative = new Column(Uint32Array);
  /** The files that others come from, and the place of each origin among them, plus 1; both are empty while no file has an origin. */
  readonly #origins = new PathColumn(this.#folders);
  readonly #originOf = new Column(Uint32Array);
  readonly #joined = new Map<number, Record<string, string>>();

  get length(): number {
    return this.#files.length;
  }

  /** Returns a row, created for the call; undefined beyond the end. */
  at(place: number): FileRow | undefined {
    return place >= 0 && place < this.length ? new RowView(this, place) : undefined;
  }

  *[Symbol.iterator](): Generator<FileRow, void> {
    for (let place = 0; place < this.length; place += 1) yield new RowView(this, place);
  }

  push(row: FileRow): void {
    const place = this.length;
    this.#files.push(row.file);
    this.#sizes.push(row.size);
    this.#times.push(row.mtime_ms);
    this.#costs.push(row.cost);
    this.#relative.push(this.#folders.add(row.relative_dir));
    if (row.joined !== undefined) this.#joined.set(place, row.joined);
    const { origin = row.file } = row;
    if (origin !== row.file) this.#setOrigin(place, origin);
  }

  /** Replaces the row at a place. */
  set(place: number, row: FileRow): void {
    this.#files.set(place, row.file);
    this.#sizes.set(place, row.size);
    this.#times.set(place, row.mtime_ms);
    this.#costs.set(place, row.cost);
    this.#relative.set(place, this.#folders.add(row.relative_dir));
    const { origin = row.file } = row;
    if (origin !== row.file) this.#setOrigin(place, origin);
    else if (this.#originOf.length > place) this.#originOf.set(place, 0);
    if (row.joined === undefined) this.#joined.delete(place);
    else this.#joined.set(place, row.joined);
  }

  setCost(place: number, cost: number): void {
    this.#costs.set(place, cost);
  }

  file(place: number): string {
    return this.#files.get(place);
  }

  size(place: number): number {
    return this.#sizes.get(place);
  }

  mtime(place: number): number {
    return this.#times.get(place);
  }

  cost(place: number): number {
    return this.#costs.get(place);
  }

  relativeDir(place: number): string {
    return this.#folders.get(this.#relative.get(place));
  }

  origin(place: number): string {
    const origin = this.#originOf.get(place);
    return origin === 0 ? this.file(place) : this.#origins.get(origin - 1);
  }

  joined(place: number): Record<string, string> | undefined {
    return this.#joined.get(place);
  }

  /** Returns the place of a file; -1 for none. */
  find(file: string): number {
    return this.#files.find(file);
  }

  /** Returns a test of places: whether the path of the file contains a text, ignoring case. @param text in lower case */
  having(text: string): (place: number) => boolean {
    return this.#files.having(text);
  }

  /** Returns the places in the order of their files (by `<`), or in reverse order. */
  order(descending = false): number[] {
    return this.#files.order(descending);
  }

  /** Returns a new table of the same files, sorted by path (by `<`). */
  sorted(): FileTable {
    const table = new FileTable();
    for (const place of this.#files.order()) table.push(this.#row(place));
    return table;
  }

  /** Returns a new table without the files at some places. */
  without(places: ReadonlySet<number>): FileTable {
    const table = new FileTable();
    for (let place = 0; place < this.length; place += 1) if (!places.has(place)) table.push(this.#row(place));
    return table;
  }

  /** Returns a row as plain values; reading the origin of a file that is its own origin would create its path twice. */
  #row(place: number): FileRow {
    return {
      file: this.file(place),
      size: this.size(place),
      mtime_ms: this.mtime(place),
      cost: this.cost(place),
      relative_dir: this.relativeDir(place),
      origin: this.#originOf.get(place) === 0 ? undefined : this.origin(place),
      joined: this.joined(place),
    };
  }

  #setOrigin(place: number, origin: string): void {
    while (this.#originOf.length <= place) this.#originOf.push(0);
    this.#origins.push(origin);
    this.#originOf.set(place, this.#origins.length);
  }
}

/** A file as an object; each value is read from the table on access. */
class RowView implements FileRow {
  readonly #table: FileTable;
  readonly #place: number;

  constructor(table: FileTable, place: number) {
    this.#table = table;
    this.#place = place;
  }

  get file(): string {
    return this.#table.file(this.#place);
  }

  get size(): number {
    return this.#table.size(this.#place);
  }

  get mtime_ms(): number {
    return this.#table.mtime(this.#place);
  }

  get cost(): number {
    return this.#table.cost(this.#place);
  }

  get relative_dir(): string {
    return this.#table.relativeDir(this.#place);
  }

  get origin(): string {
    return this.#table.origin(this.#place);
  }

  get joined(): Record<string, string> | undefined {
    return this.#table.joined(this.#place);
  }
}
