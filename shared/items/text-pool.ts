import { Column } from './column.ts';
import { HashIndex } from './hash-index.ts';
import { hashOf, TextStore } from './text-store.ts';

/** So many texts are kept as they were asked for, a power of two: neighbours mostly share theirs. */
const KEPT = 32;

/** Texts of which each is kept once, known by numbers that count from 0. */
export class TextPool {
  readonly #texts = new TextStore();
  readonly #references = new Column(Uint32Array);
  readonly #hashes = new Column(Uint32Array);
  readonly #index = new HashIndex((id) => this.#hashes.get(id));
  readonly #kept: ({ id: number; text: string } | undefined)[] = [];
  #last = 0;

  /** How many different texts there are. */
  get length(): number {
    return this.#references.length;
  }

  /** The number of the part of a text between two places; new ones are added. */
  add(text: string, from = 0, to = text.length): number {
    if (this.#references.length > 0 && this.#isAt(this.#last, text, from, to)) return this.#last;
    const hash = hashOf(text, from, to);
    const known = this.#find(hash, text, from, to);
    this.#last = known >= 0 ? known : this.#append(hash, text, from, to);
    return this.#last;
  }

  /** The same without adding; -1 for a text that is not there. */
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

  /** The hash of a text that is there. */
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
