/** Numbers of one kind. */
type Numbers = Float64Array | Uint32Array | Int32Array | Uint8Array;
type NumbersType = new (length: number) => Numbers;

/** Numbers per piece, as a power of two: a column of a million grows without copying its content. */
const PIECE_BITS = 14;
const PIECE = 2 ** PIECE_BITS;
/** The initial capacity of a column, as most steps are small; the first piece doubles until it is full. */
const FIRST = 16;

/** A growing list of numbers that the garbage collector does not have to scan. A number that was never set is 0. */
export class Column {
  length = 0;
  readonly #type: NumbersType;
  readonly #pieces: Numbers[];

  /** @param type one that can hold every value to come */
  constructor(type: NumbersType) {
    this.#type = type;
    this.#pieces = [new type(FIRST)];
  }

  get(index: number): number {
    return this.#pieces[index >>> PIECE_BITS]?.[index & (PIECE - 1)] ?? 0;
  }

  /** Changes an existing number. */
  set(index: number, value: number): void {
    const piece = this.#pieces[index >>> PIECE_BITS];
    if (piece !== undefined) piece[index & (PIECE - 1)] = value;
  }

  push(value: number): void {
    if (this.length >>> PIECE_BITS >= this.#pieces.length) this.#pieces.push(new this.#type(PIECE));
    else if (this.length < PIECE && this.length === this.#pieces[0]?.length) this.#double(this.#pieces[0]);
    this.length += 1;
    this.set(this.length - 1, value);
  }

  #double(first: Numbers): void {
    const larger = new this.#type(first.length * 2);
    larger.set(first);
    this.#pieces[0] = larger;
  }
}
