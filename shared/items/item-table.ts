import type { Failure } from '../run/failure.ts';
import { markOf, NO_MARK, type OutputStamp } from '../run/output-stamp.ts';
import type { ItemRecord } from '../run/run-events.ts';
import { Column } from './column.ts';
import { FileTable } from './file-table.ts';
import type { ItemState, ItemStatus } from './item.ts';
import { PathColumn } from './path-column.ts';

type Span = ItemState['spans'][number];

/** The statuses by the numbers that the column stores. New items are pending. */
const STATUSES: readonly ItemStatus[] = ['pending', 'running', 'complete', 'failed', 'skipped'];
/** Represents an unknown rank. */
const NO_RANK = -1;

/** What is known of an attempt when its item is handed out. */
interface Attempt {
  rank: number;
  /** Offsets in bytes in the log of the worker and in its report file. */
  log_offset: number;
  report_offset: number;
}

/**
 * The items of a step in columns. A million of them take some hundred megabytes that the garbage collector does not have to scan. As
 * objects they took five times as much, and every collection scanned each of them. Items are known by their numbers from 0. `at` returns
 * a view, created for the call, that always shows the current content of the table. The methods that change something keep single columns
 * valid; consistency between columns is up to the fold.
 */
export class ItemTable {
  readonly #files = new FileTable();
  readonly #statuses = new Column(Uint8Array);
  readonly #attempts = new Column(Uint32Array);
  readonly #ranks = new Column(Int32Array);
  readonly #reportOffsets = new Column(Float64Array);
  /** NaN while unknown. */
  readonly #seconds = new Column(Float64Array);
  /** The latest span; its rank is NO_RANK before the first span, its end NaN while it is open. */
  readonly #spanRanks = new Column(Int32Array);
  readonly #spanBegins = new Column(Float64Array);
  readonly #spanEnds = new Column(Float64Array);
  /** The spans before the latest; few items have any. */
  readonly #earlierSpans = new Map<number, Span[]>();
  /** All outputs of all items; the outputs of one item are adjacent. */
  readonly #outputs = new PathColumn();
  /** The state of each output when it was created, at the same places; NO_MARK where none was recorded. */
  readonly #outputMarks = new Column(Uint32Array);
  readonly #outputBegins = new Column(Uint32Array);
  readonly #outputCounts = new Column(Uint32Array);
  readonly #failures = new Map<number, Failure>();

  get length(): number {
    return this.#files.length;
  }

  /** Returns a view of an item; undefined when there is none with this number. */
  at(item: number): ItemState | undefined {
    return item >= 0 && item < this.length ? new ItemView(this, item) : undefined;
  }

  *[Symbol.iterator](): Generator<ItemState, void> {
    for (let item = 0; item < this.length; item += 1) yield new ItemView(this, item);
  }

  /** Returns all items in order, with the methods of iterators. */
  values(): IteratorObject<ItemState> {
    return this[Symbol.iterator]();
  }

  /** Returns the number of the item of a file; -1 for none. */
  find(file: string): number {
    return this.#files.find(file);
  }

  /** Returns a test of items: whether the path of the file contains a text, ignoring case. @param text in lower case */
  having(text: string): (item: number) => boolean {
    return this.#files.having(text);
  }

  /** Returns the items in the order of their files (by `<`), or in reverse order. */
  order(descending = false): number[] {
    return this.#files.order(descending);
  }

  file(item: number): string {
    return this.#files.file(item);
  }

  size(item: number): number {
    return this.#files.size(item);
  }

  mtime(item: number): number {
    return this.#files.mtime(item);
  }

  cost(item: number): number {
    return this.#files.cost(item);
  }

  relativeDir(item: number): string {
    return this.#files.relativeDir(item);
  }

  origin(item: number): string {
    return this.#files.origin(item);
  }

  joined(item: number): Record<string, string> | undefined {
    return this.#files.joined(item);
  }

  status(item: number): ItemStatus {
    return STATUSES[this.#statuses.get(item)] ?? 'pending';
  }

  attempts(item: number): number {
    return this.#attempts.get(item);
  }

  rank(item: number): number | null {
    const rank = this.#ranks.get(item);
    return rank === NO_RANK ? null : rank;
  }

  reportOffset(item: number): number {
    return this.#reportOffsets.get(item);
  }

  seconds(item: number): number | null {
    return numberOrNull(this.#seconds.get(item));
  }

  spans(item: number): Span[] {
    const earlier = this.#earlierSpans.get(item) ?? [];
    const rank = this.#spanRanks.get(item);
    if (rank === NO_RANK) return earlier;
    return [...earlier, [rank, this.#spanBegins.get(item), numberOrNull(this.#spanEnds.get(item))]];
  }

  outputs(item: number): string[] {
    const begin = this.#outputBegins.get(item);
    return Array.from({ length: this.#outputCounts.get(item) }, (_, place) => this.#outputs.get(begin + place));
  }

  /** Returns the marks of the outputs of an item, in the order of the outputs. */
  outputMarks(item: number): number[] {
    const begin = this.#outputBegins.get(item);
    return Array.from({ length: this.#outputCounts.get(item) }, (_, place) => this.#outputMarks.get(begin + place));
  }

  outputCount(item: number): number {
    return this.#outputCounts.get(item);
  }

  failure(item: number): Failure | null {
    return this.#failures.get(item) ?? null;
  }

  /** Appends a pending item; the number in the record is ignored. */
  add(record: ItemRecord): void {
    this.#files.push(record);
    this.#statuses.push(0);
    this.#attempts.push(0);
    this.#ranks.push(NO_RANK);
    this.#reportOffsets.push(0);
    this.#seconds.push(Number.NaN);
    this.#spanRanks.push(NO_RANK);
    this.#spanBegins.push(0);
    this.#spanEnds.push(Number.NaN);
    this.#outputBegins.push(0);
    this.#outputCounts.push(0);
  }

  /** Records that an item has another file now, or that its file has changed. A record of an unknown item is ignored. */
  update(record: ItemRecord): void {
    if (record.item < this.length) this.#files.set(record.item, record);
  }

  setStatus(item: number, status: ItemStatus): void {
    this.#statuses.set(item, STATUSES.indexOf(status));
  }

  setAttempts(item: number, attempts: number): void {
    this.#attempts.set(item, attempts);
  }

  setRank(item: number, rank: number): void {
    this.#ranks.set(item, rank);
  }

  setSeconds(item: number, seconds: number | null): void {
    this.#seconds.set(item, seconds ?? Number.NaN);
  }

  /** @param stamps one per output, where they were recorded */
  setOutputs(item: number, outputs: readonly string[], stamps: readonly OutputStamp[] = []): void {
    this.#outputBegins.set(item, this.#outputs.length);
    this.#outputCounts.set(item, outputs.length);
    for (const [place, output] of outputs.entries()) {
      const stamp = stamps[place];
      this.#outputs.push(output);
      this.#outputMarks.push(stamp === undefined ? NO_MARK : markOf(stamp));
    }
  }

  setFailure(item: number, failure: Failure | null): void {
    if (failure === null) this.#failures.delete(item);
    else this.#failures.set(item, failure);
  }

  /** Gives an item to a worker: counts an attempt and opens a span. */
  beginAttempt(item: number, { rank, log_offset, report_offset }: Attempt): void {
    if (this.#spanRanks.get(item) !== NO_RANK) this.#earlierSpans.set(item, this.spans(item));
    this.#attempts.set(item, this.#attempts.get(item) + 1);
    this.#ranks.set(item, rank);
    this.#reportOffsets.set(item, report_offset);
    this.#spanRanks.set(item, rank);
    this.#spanBegins.set(item, log_offset);
    this.#spanEnds.set(item, Number.NaN);
  }

  /** Closes the latest span; does nothing when there is none. */
  endSpan(item: number, log_offset: number): void {
    this.#spanEnds.set(item, log_offset);
  }
}

/** An item as an object; each value is read from the table on access. */
class ItemView implements ItemState {
  readonly item: number;
  readonly #table: ItemTable;

  constructor(table: ItemTable, item: number) {
    this.#table = table;
    this.item = item;
  }

  get file(): string {
    return this.#table.file(this.item);
  }

  get size(): number {
    return this.#table.size(this.item);
  }

  get mtime_ms(): number {
    return this.#table.mtime(this.item);
  }

  get cost(): number {
    return this.#table.cost(this.item);
  }

  get relative_dir(): string {
    return this.#table.relativeDir(this.item);
  }

  get origin(): string {
    return this.#table.origin(this.item);
  }

  get joined(): Record<string, string> | undefined {
    return this.#table.joined(this.item);
  }

  get status(): ItemStatus {
    return this.#table.status(this.item);
  }

  get attempts(): number {
    return this.#table.attempts(this.item);
  }

  get rank(): number | null {
    return this.#table.rank(this.item);
  }

  get spans(): Span[] {
    return this.#table.spans(this.item);
  }

  get report_offset(): number {
    return this.#table.reportOffset(this.item);
  }

  get seconds(): number | null {
    return this.#table.seconds(this.item);
  }

  get outputs(): string[] {
    return this.#table.outputs(this.item);
  }

  get failure(): Failure | null {
    return this.#table.failure(this.item);
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
