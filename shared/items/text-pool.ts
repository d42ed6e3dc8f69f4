import { Column } from './column.ts';
import { HashIndex } from './hash-index.ts';
import { hashOf, TextStore } from './text-store.ts';

/** The number of recent texts that are kept as strings, a power of two: neighbours mostly share theirs. */
const KEPT = 32;

/** Stores each distinct text once, under a number from 0. */
export class TextPool {
  readonly #texts = new TextStore();
  readonly #references = new Column(Uint32Array);
  readonly #hashes = new Column(Uint32Array);
  readonly #index = new HashIndex((id) => this.#hashes.get(id));
  readonly #kept: ({ id: number; text: string } | undefined)[] = [];
  #last = 0;

  /** The number of distinct texts. */
  get length(): number {
    return this.#references.length;
  }

  /** Returns the number of the part of a text between two positions; adds it when it is new. */
  add(text: string, from = 0, to = text.length): number {
    if (this.#references.length > 0 && this.#isAt(this.#last, text, from, to)) return this.#last;
    const hash = hashOf(text, from, to);
    const known = this.#find(hash, text, from, to);
    this.#last = known >= 0 ? known : this.#append(hash, text, from, to);
    return this.#last;
  }

  /** Does the same without adding; returns -1 for a text that is not stored. */
  find(text: string, from = 0, to = text.length): number {
    return this.#find(hashOf(text, from, to), text, from, to);
  }

  get(id: number): string {
    const kept = this.#kept[id % KEPT];
    if (kept?.id === id) return kept.text;
    const text = this.#texts.get(this.#references.get(id));
    this.#kept[id % KEPT] = { id, text };
    return text;
  }

  /** Returns the hash of a stored text. */
  hash(id: number): number {
    return this.#hashes.get(id);
  }

  #find(hash: number, text: string, from: number, to: number): number {
    return this.#index.find(hash, (id) => this.#hashes.get(id) === hash && this.#isAt(id, text, from, to));
  }

  #isAt(id: number, text: string, from: number, to: number): boolean {
    return this.#texts.equals(this.#references.get(id), text, from, to);
  }

  #append(hash: number, text: string, from: number, to: number): number {
    const id = this.#references.length;
    this.#references.push(this.#texts.add(text, from, to));
    this.#hashes.push(hash);
    this.#index.addNext();
    return id;
  }
}
