import { accessSync, constants, statSync } from 'node:fs';
import { FileTable } from '../../../shared/items/file-table.ts';
import { PathColumn } from '../../../shared/items/path-column.ts';

/** Something that was found and cannot be used. */
export interface UnusableInput {
  file: string;
  /** What the system said, in words. */
  why: string;
  folder: boolean;
}

/** Where a search puts what it finds: each file once by its real path, and what cannot be read by name. */
export class InputCollector {
  readonly #files = new FileTable();
  readonly #real = new PathColumn();
  readonly #unusable = new Map<string, UnusableInput>();
  readonly #onFound: ((count: number) => void) | undefined;

  /** @param onFound told after each file how many there are */
  constructor(onFound?: (count: number) => void) {
    this.#onFound = onFound;
  }

  /**
   * Takes a file that was found.
   * @param found.real its path without links, which tells whether it was there before
   */
  add(found: { file: string; real: string; relative_dir: string }): void {
    if (this.#real.find(found.real) >= 0) return;
    try {
      const { size, mtimeMs } = statSync(found.file);
      accessSync(found.file, constants.R_OK);
      this.#real.push(found.real);
      this.#files.push({ file: found.file, size, mtime_ms: mtimeMs, cost: 0, relative_dir: found.relative_dir });
      this.#onFound?.(this.#files.length);
    } catch (error) {
      this.refuse(found.file, error, false);
    }
  }

  /** Takes note of a file or folder that the system does not let us read. */
  refuse(file: string, error: unknown, folder: boolean): void {
    this.#unusable.set(file, { file, why: reasonInWords(file, error), folder });
  }

  get unusable(): UnusableInput[] {
    return [...this.#unusable.values()];
  }

  /** The files by path, without costs. */
  sorted(): FileTable {
    return this.#files.sorted();
  }
}

function reasonInWords(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOENT' && file.includes('\uFFFD')) return 'its name is not valid UTF-8';
  if (code === 'ENOENT') return 'a link to something that does not exist';
  if (code === 'ELOOP') return 'a link that leads back to itself';
  return error instanceof Error ? error.message : String(error);
}
