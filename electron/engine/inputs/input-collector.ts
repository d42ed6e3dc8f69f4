import { accessSync, constants, statSync } from 'node:fs';
import { FileTable } from '../../../shared/items/file-table.ts';
import { PathColumn } from '../../../shared/items/path-column.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { LEFT_OUT_REASONS, type LeftOut, type LeftOutReason } from '../../../shared/run/left-out.ts';

/** The largest number of files kept by name for each reason: more than anybody reads, and some 20 KB in metadata.json. */
const LEFT_OUT_KEPT = 100;

/** A file or folder that was found and cannot be used. */
export interface UnusableInput {
  file: string;
  /** The message of the system. */
  why: string;
  kind: 'unreadable' | 'not-utf8';
  folder: boolean;
}

/** Collects the results of a search: each file once by its real path, the names of unreadable ones, and what was skipped. */
export class InputCollector {
  /** What was found that is not an input, without the unusable files. */
  readonly leftOut = new LeftOutFiles();
  readonly #files = new FileTable();
  readonly #real = new PathColumn();
  readonly #unusable = new Map<string, UnusableInput>();
  readonly #onFound: ((count: number) => void) | undefined;

  /** @param onFound called after each file with the number of files */
  constructor(onFound?: (count: number) => void) {
    this.#onFound = onFound;
  }

  /**
   * Adds a file that was found.
   * @param found.real its path without links, which identifies a file that was added before
   */
  add(found: { file: string; real: string; relative_dir: string }): void {
    const before = this.#real.find(found.real);
    if (before >= 0) return this.#repeat(found.file, this.#files.file(before));
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

  /** Records a file or folder that cannot be read. */
  refuse(file: string, error: unknown, folder: boolean): void {
    this.#unusable.set(file, { file, why: reasonInWords(error), kind: 'unreadable', folder });
  }

  /** Records a file or folder whose name is not text. @param file with its bytes written out */
  refuseName(file: string, folder: boolean): void {
    this.#unusable.set(file, { file, why: 'its name is not valid UTF-8', kind: 'not-utf8', folder });
  }

  get unusable(): UnusableInput[] {
    return [...this.#unusable.values()];
  }

  /** Continues without the unusable files. */
  leaveOutUnusable(): void {
    for (const { file, why, kind } of this.#unusable.values())
      this.leftOut.add(kind, file, kind === 'not-utf8' ? null : why);
    this.#unusable.clear();
  }

  /** Returns the files sorted by path, without costs. */
  sorted(): FileTable {
    return this.#files.sorted();
  }

  /** Records a repeated file. The same path twice is the choice of the user; only another name for the same file may be a surprise. */
  #repeat(file: string, first: string): void {
    if (file !== first) this.leftOut.add('same-file', file, `the same as ${first}`);
  }
}

function reasonInWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOENT') return 'a link to something that does not exist';
  if (code === 'ELOOP') return 'a link that leads back to itself';
  return messageOf(error);
}

/** The first files of a reason, sorted by path. */
interface Group {
  count: number;
  files: { file: string; why: string | null }[];
}

/** The files that a search found and did not take: all are counted, and the first ones by path are kept by name. */
export class LeftOutFiles {
  readonly #groups = new Map<LeftOutReason, Group>();

  add(reason: LeftOutReason, file: string, why: string | null = null): void {
    const group = this.#groups.get(reason) ?? { count: 0, files: [] };
    this.#groups.set(reason, group);
    group.count++;
    const { files } = group;
    const last = files.at(-1);
    if (files.length >= LEFT_OUT_KEPT && last !== undefined && file >= last.file) return;
    let at = files.length;
    while (at > 0 && (files[at - 1]?.file ?? '') > file) at--;
    files.splice(at, 0, { file, why });
    if (files.length > LEFT_OUT_KEPT) files.pop();
  }

  /** Returns what was left out, one entry per reason. */
  list(): LeftOut[] {
    return LEFT_OUT_REASONS.flatMap((reason) => {
      const group = this.#groups.get(reason);
      return group === undefined ? [] : [{ reason, count: group.count, files: [...group.files] }];
    });
  }

  /** Returns what was left out for one reason; null for nothing. */
  of(reason: LeftOutReason): LeftOut | null {
    return this.list().find((entry) => entry.reason === reason) ?? null;
  }
}
