import { Column } from './column.ts';
import { HashIndex } from './hash-index.ts';
import { TextPool } from './text-pool.ts';
import { hashOf, TextStore } from './text-store.ts';

/**
 * A compact list of paths: each folder is stored once, names are stored as bytes. The string of a path is created on access.
 * Searching the list creates no strings.
 */
export class PathColumn {
  readonly #folders: TextPool;
  readonly #names = new TextStore();
  readonly #folderOf = new Column(Uint32Array);
  readonly #nameOf = new Column(Uint32Array);
  /** Created at the first search. */
  #index: HashIndex | null = null;

  /** @param folders may be shared by columns with paths in the same folders */
  constructor(folders = new TextPool()) {
    this.#folders = folders;
  }

  get length(): number {
    return this.#folderOf.length;
  }

  push(path: string): void {
    const name = nameBegin(path);
    this.#folderOf.push(this.#folders.add(path, 0, name));
    this.#nameOf.push(this.#names.add(path, name));
    this.#index?.addNext();
  }

  get(place: number): string {
    return this.#folders.get(this.#folderOf.get(place)) + this.#names.get(this.#nameOf.get(place));
  }

  /** Replaces the path at a place. */
  set(place: number, path: string): void {
    if (this.#isAt(place, path)) return;
    const name = nameBegin(path);
    this.#folderOf.set(place, this.#folders.add(path, 0, name));
    this.#nameOf.set(place, this.#names.add(path, name));
    this.#index = null;
  }

  /** Returns the first place that has a path; -1 for none. */
  find(path: string): number {
    const name = nameBegin(path);
    const folder = this.#folders.find(path, 0, name);
    if (folder < 0) return -1;
    const index = this.#index ?? this.#makeIndex();
    return index.find(
      hashOf(path),
      (place) => this.#folderOf.get(place) === folder && this.#isNamed(place, path, name),
    );
  }

  /** Returns a test of places: whether the path contains a text, ignoring case. @param text in lower case */
  having(text: string): (place: number) => boolean {
    const inFolder = new Map<number, boolean>();
    // A text without a separator is in the folder or in the name, so the path need not be joined.
    const mayCrossFolders = nameBegin(text) > 0;
    return (place) => {
      if (mayCrossFolders) return this.get(place).toLowerCase().includes(text);
      const folder = this.#folderOf.get(place);
      const known = inFolder.get(folder) ?? this.#folders.get(folder).toLowerCase().includes(text);
      inFolder.set(folder, known);
      return known || this.#names.has(this.#nameOf.get(place), text);
    };
  }

  /** Returns the places in the order of their paths (by `<`), or in reverse order; equal paths keep their order. */
  order(descending = false): number[] {
    const direction = descending ? -1 : 1;
    const folders = Array.from({ length: this.#folders.length }, (_, id) => this.#folders.get(id));
    // A plain array, not a typed one: its sort is fast for input that is nearly sorted, as paths mostly are.
    const places = Array.from({ length: this.length }, (_, place) => place);
    // The sort is stable, so equal paths keep their order.
    return places.sort((a, b) => {
      const [left, right] = [this.#folderOf.get(a), this.#folderOf.get(b)];
      if (left === right) return direction * this.#names.compare(this.#nameOf.get(a), this.#nameOf.get(b));
      const [first, second] = [folders[left] ?? '', folders[right] ?? ''];
      // Files of a folder may sort before and after one of its subfolders; otherwise the order of folders is the order of their files.
      if (first.startsWith(second) || second.startsWith(first))
        return this.get(a) < this.get(b) ? -direction : direction;
      return first < second ? -direction : direction;
    });
  }

  #makeIndex(): HashIndex {
    const index = new HashIndex((place) =>
      this.#names.hash(this.#nameOf.get(place), this.#folders.hash(this.#folderOf.get(place))),
    );
    for (let place = 0; place < this.length; place += 1) index.addNext();
    this.#index = index;
    return index;
  }

  #isAt(place: number, path: string): boolean {
    const name = nameBegin(path);
    return this.#folders.find(path, 0, name) === this.#folderOf.get(place) && this.#isNamed(place, path, name);
  }

  #isNamed(place: number, path: string, name: number): boolean {
    return this.#names.equals(this.#nameOf.get(place), path, name, path.length);
  }
}

/** Returns the position of the name, after the last separator of either kind. */
function nameBegin(path: string): number {
  const slash = path.lastIndexOf('/') + 1;
  return path.includes('\\', slash) ? path.lastIndexOf('\\') + 1 : slash;
}
