/** Bytes per page: a text is in one page, and a text that is too long for one gets its own page. */
const PAGE_BITS = 18;
const PAGE = 2 ** PAGE_BITS;
/** The initial capacity in bytes, as most stores are small; the first page doubles until it is full. */
const FIRST_BYTES = 256;
/** Lengths are stored in groups of seven bits. */
const MORE = 0x80;
/** The number of characters passed as arguments of one call; the stack has room for some ten thousand. */
const DECODED_AT_ONCE = 4096;
/** FNV-1a, 32 bits: its offset basis and its prime (Fowler, Noll, Vo). */
const HASH_BASIS = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/**
 * Texts as bytes in pages, kept as long as the store exists: a million short texts take a few megabytes, and as strings a million objects.
 * A text takes one byte per character when all are below U+0100, otherwise two. References are numbers below 2³², so it holds 4 GiB.
 */
export class TextStore {
  readonly #pages: Uint8Array[] = [new Uint8Array(FIRST_BYTES)];
  /** Bytes used in the last page. */
  #used = 0;

  /** Adds the part of a text between two positions, by default all of it. @returns its reference for `get` */
  add(text: string, from = 0, to = text.length): number {
    const isWide = hasWide(text, from, to);
    const bytes = (to - from) * (isWide ? 2 : 1);
    const page = this.#pageFor(bytes + headerBytes((to - from) * 2 + 1));
    const reference = (this.#pages.length - 1) * PAGE + this.#used;
    let at = writeHeader(page, this.#used, (to - from) * 2 + (isWide ? 1 : 0));
    for (let index = from; index < to; index += 1) {
      const code = text.charCodeAt(index);
      page[at++] = code & 0xff;
      if (isWide) page[at++] = code >>> 8;
    }
    this.#used = at;
    return reference;
  }

  get(reference: number): string {
    const { page, at, length, isWide } = this.#locate(reference);
    if (!isWide && length <= DECODED_AT_ONCE) return decode(page.subarray(at, at + length));
    const codes = Uint16Array.from({ length }, (_, index) => codeAt(page, at + index * (isWide ? 2 : 1), isWide));
    let text = '';
    for (let from = 0; from < length; from += DECODED_AT_ONCE)
      text += decode(codes.subarray(from, from + DECODED_AT_ONCE));
    return text;
  }

  /** Whether a stored text equals the part of another text between two positions. */
  equals(reference: number, text: string, from: number, to: number): boolean {
    const { page, at, length, isWide } = this.#locate(reference);
    if (length !== to - from) return false;
    const step = isWide ? 2 : 1;
    for (let index = 0; index < length; index += 1)
      if (codeAt(page, at + step * index, isWide) !== text.charCodeAt(from + index)) return false;
    return true;
  }

  /** Whether a stored text contains another one, ignoring case. @param text in lower case */
  has(reference: number, text: string): boolean {
    const { page, at, length, isWide } = this.#locate(reference);
    if (isWide) return this.get(reference).toLowerCase().includes(text);
    let from = at;
    for (const last = at + length - text.length; from <= last; from += 1) {
      let matched = 0;
      while (matched < text.length && lower(page[from + matched] as number) === text.charCodeAt(matched)) matched += 1;
      if (matched === text.length) return true;
    }
    return hasForeignLetters(page, at, length) && this.get(reference).toLowerCase().includes(text);
  }

  /** Returns the hash of a stored text, continued from another hash. */
  hash(reference: number, seed = HASH_BASIS): number {
    const { page, at, length, isWide } = this.#locate(reference);
    const step = isWide ? 2 : 1;
    let hash = seed;
    for (let index = 0; index < length; index += 1) hash = mix(hash, codeAt(page, at + step * index, isWide));
    return hash;
  }

  /** Compares by character codes, as `<` does: below 0 when the first text comes first. */
  compare(first: number, second: number): number {
    const a = this.#locate(first);
    const b = this.#locate(second);
    const both = Math.min(a.length, b.length);
    for (let index = 0; index < both; index += 1) {
      const difference =
        codeAt(a.page, a.at + index * (a.isWide ? 2 : 1), a.isWide) -
        codeAt(b.page, b.at + index * (b.isWide ? 2 : 1), b.isWide);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }

  #pageFor(bytes: number): Uint8Array {
    const last = this.#pages.at(-1) as Uint8Array;
    if (this.#used + bytes <= last.length) return last;
    if (this.#used + bytes <= PAGE) return this.#enlarge(last, this.#used + bytes);
    const next = new Uint8Array(Math.max(PAGE, bytes));
    this.#pages.push(next);
    this.#used = 0;
    return next;
  }

  #enlarge(page: Uint8Array, bytes: number): Uint8Array {
    const larger = new Uint8Array(Math.min(PAGE, Math.max(bytes, page.length * 2)));
    larger.set(page);
    this.#pages[this.#pages.length - 1] = larger;
    return larger;
  }

  #locate(reference: number): { page: Uint8Array; at: number; length: number; isWide: boolean } {
    const page = this.#pages[Math.floor(reference / PAGE)] as Uint8Array;
    let at = reference % PAGE;
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = page[at++] as number;
      header += (byte & (MORE - 1)) * 2 ** shift;
      if (byte < MORE) break;
    }
    return { page, at, length: Math.floor(header / 2), isWide: header % 2 === 1 };
  }
}

/** Returns the hash of the part of a text between two positions, continued from another hash. Equal to that of an equal stored text. */
export function hashOf(text: string, from = 0, to = text.length, seed = HASH_BASIS): number {
  let hash = seed;
  for (let index = from; index < to; index += 1) hash = mix(hash, text.charCodeAt(index));
  return hash;
}

function decode(codes: Uint8Array | Uint16Array): string {
  return String.fromCharCode.apply(null, codes as unknown as number[]);
}

function mix(hash: number, code: number): number {
  return Math.imul(hash ^ code, HASH_PRIME) >>> 0;
}

/** Whether a text has letters beyond ASCII, which have their own rules for case. */
function hasForeignLetters(page: Uint8Array, at: number, length: number): boolean {
  for (let index = at; index < at + length; index += 1) if ((page[index] as number) > 0x7f) return true;
  return false;
}

/** Returns the code of the lower-case letter, for ASCII letters. */
function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function codeAt(page: Uint8Array, at: number, isWide: boolean): number {
  const low = page[at] as number;
  return isWide ? low + (page[at + 1] as number) * 256 : low;
}

function hasWide(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) if (text.charCodeAt(index) > 0xff) return true;
  return false;
}

function headerBytes(header: number): number {
  return header < MORE ? 1 : 1 + headerBytes(Math.floor(header / MORE));
}

function writeHeader(page: Uint8Array, from: number, header: number): number {
  let at = from;
  let rest = header;
  for (; rest >= MORE; rest = Math.floor(rest / MORE)) page[at++] = (rest % MORE) + MORE;
  page[at++] = rest;
  return at;
}
