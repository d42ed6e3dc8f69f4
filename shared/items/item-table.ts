import type { Failure } from '../run/failure.ts';
import { markOf, NO_MARK, type OutputStamp } from '../run/output-stamp.ts';
import type { ItemRecord } from '../run/run-events.ts';
import { Column } from './column.ts';
import { FileTable } from './file-table.ts';
import type { ItemState, ItemStatus } from './item.ts';
import { PathColumn } from './path-column.ts';

type Span = ItemState['spans'][number];

/** As numbers: what a column holds. New items are pending. */
const STATUSES: readonly ItemStatus[] = ['pending', 'running', 'complete', 'failed', 'skipped'];
/** Stands for what is not known, among ranks. */
const NO_RANK = -1;

/** What is known of an attempt when an item is handed out. */
interface Attempt {
  rank: number;
  /** Bytes of the worker's log, and of its report file. */
  log_offset: number;
  report_offset: number;
}

/**
 * The items of a step by columns. A million of them take some hundred megabytes, outside of what the garbage collector walks through; as
 * objects they were five times that, and every collection looked at each. Items are known by their numbers from 0; `at` gives a view of
 * one that is made for the call and always tells what the table has. The methods that change something keep single columns right; what
 * belongs together is up to the fold.
 */
export class ItemTable {
  readonly #files = new FileTable();
  readonly #statuses = new Column(Uint8Array);
  readonly #attempts = new Column(Uint32Array);
  readonly #ranks = new Column(Int32Array);
  readonly #reportOffsets = new Column(Float64Array);
  /** NaN while it is not known. */
  readonly #seconds = new Column(Float64Array);
  /** The latest span; its rank is NO_RANK before the first, its end NaN while it runs. */
  readonly #spanRanks = new Column(Int32Array);
  readonly #spanBegins = new Column(Float64Array);
  readonly #spanEnds = new Column(Float64Array);
  /** The spans before the latest: few items have any. */
  readonly #earlierSpans = new Map<number, Span[]>();
  /** All outputs of all items; those of an item lie together. */
  readonly #outputs = new PathColumn();
  /** What each output was when it was made, at the same places; NO_MARK where nothing was noted. */
  readonly #outputMarks = new Column(Uint32Array);
  readonly #outputBegins = new Column(Uint32Array);
  readonly #outputCounts = new Column(Uint32Array);
  readonly #failures = new Map<number, Failure>();

  get length(): number {
    return this.#files.length;
  }

  /** A view of an item; undefined when there is none of this number. */
  at(item: number): ItemState | undefined {
    return item >= 0 && item < this.length ? new ItemView(this, item) : undefined;
  }

  *[Symbol.iterator](): Generator<ItemState, void> {
    for (let item = 0; item < this.length; item += 1) yield new ItemView(this, item);
  }

  /** All items in order, with the methods of iterators. */
  values(): IteratorObject<ItemState> {
    return this[Symbol.iterator]();
  }

  /** The number of the item of a file; -1 for none. */
  find(file: string): number {
    return this.#files.find(file);
  }

  /** Says of items whether their files have a text in their paths, whatever the case. @param text in lower case */
  having(text: string): (item: number) => boolean {
    return this.#files.having(text);
  }

  /** The items by their files, as `<` orders these, or the other way round. */
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

  /** The marks of an item's outputs, in their order. */
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

  /** Adds an item behind the others, pending; its number is not looked at. */
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

  /** The file of an item is another one now, or has changed. An item that is not there is left out. */
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

  /** @param stamps one per output, where they were noted */
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

  /** A worker is given the item: one more attempt, with a span that begins now. */
  beginAttempt(item: number, { rank, log_offset, report_offset }: Attempt): void {
    if (this.#spanRanks.get(item) !== NO_RANK) this.#earlierSpans.set(item, this.spans(item));
    this.#attempts.set(item, this.#attempts.get(item) + 1);
    this.#ranks.set(item, rank);
    this.#reportOffsets.set(item, report_offset);
    this.#spanRanks.set(item, rank);
    this.#spanBegins.set(item, log_offset);
    this.#spanEnds.set(item, Number.NaN);
  }

  /** The latest span ends here; nothing without one. */
  endSpan(item: number, log_offset: number): void {
    this.#spanEnds.set(item, log_offset);
  }
}

/** An item as an object; each of its values is looked up when it is asked for. */
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
