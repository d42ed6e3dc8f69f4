import type { FileRow } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { InputList, MetadataInput } from './metadata-schema.ts';

/** Files as metadata.json has them: the same list under its names, nothing is copied. */
export class MetadataInputs implements Sequence<MetadataInput> {
  readonly #files: Sequence<FileRow>;

  constructor(files: Sequence<FileRow>) {
    this.#files = files;
  }

  get length(): number {
    return this.#files.length;
  }

  at(index: number): MetadataInput | undefined {
    const file = this.#files.at(index);
    return file === undefined ? undefined : inputOf(file);
  }

  *[Symbol.iterator](): Generator<MetadataInput, void> {
    for (const file of this.#files) yield inputOf(file);
  }
}

/** Inputs that stand in inputs.ndjson of a run. */
export class RecordedInputs implements Sequence<MetadataInput> {
  readonly directory: string;
  readonly list: InputList;
  readonly #inputs: Sequence<MetadataInput>;

  constructor(inputs: Sequence<MetadataInput>, directory: string, list: InputList) {
    this.#inputs = inputs;
    this.directory = directory;
    this.list = list;
  }

  get length(): number {
    return this.#inputs.length;
  }

  at(index: number): MetadataInput | undefined {
    return this.#inputs.at(index);
  }

  [Symbol.iterator](): Iterator<MetadataInput> {
    return this.#inputs[Symbol.iterator]();
  }
}

function inputOf({ file, size, mtime_ms, cost, relative_dir }: FileRow): MetadataInput {
  return { path: file, size, mtime_ms, cost, relative_dir };
}
