/** A list that is read: an array, or columns that make each element when it is asked for. */
export interface Sequence<T> {
  readonly length: number;
  /** undefined beyond the end. */
  at(index: number): T | undefined;
  [Symbol.iterator](): Iterator<T>;
}
