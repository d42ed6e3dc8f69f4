/** A read-only list: an array, or columns that create each element on access. */
export interface Sequence<T> {
  readonly length: number;
  /** undefined beyond the end. */
  at(index: number): T | undefined;
  [Symbol.iterator](): Iterator<T>;
}
