import { accessSync, constants, statSync } from 'node:fs';
import { FileTable } from '../../../shared/items/file-table.ts';
import { PathColumn } from '../../../shared/items/path-column.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { LEFT_OUT_REASONS, type LeftOut, type LeftOutReason } from '../../../shared/run/left-out.ts';

/** Files left out that are kept by name for each reason: more than anybody reads, and some 20 KB in metadata.json. */
const LEFT_OUT_KEPT = 100;

/** Something that was found and cannot be used. */
export interface UnusableInput {
  file: string;
  /** What the system said, in words. */
  why: string;
  kind: 'unreadable' | 'not-utf8';
  folder: boolean;
}

/** Where a search puts what it finds: each file once by its real path, what cannot be read by name, and what it passed over. */
export class InputCollector {
  /** What was met and is no input, apart from what is unusable. */
  readonly leftOut = new LeftOutFiles();
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

  /** Takes note of a file or folder that the system does not let us read. */
  refuse(file: string, error: unknown, folder: boolean): void {
    this.#unusable.set(file, { file, why: reasonInWords(error), kind: 'unreadable', folder });
  }

  /** Takes note of a file or folder whose name is no text. @param file with its bytes written out */
  refuseName(file: string, folder: boolean): void {
    this.#unusable.set(file, { file, why: 'its name is not valid UTF-8', kind: 'not-utf8', folder });
  }

  get unusable(): UnusableInput[] {
    return [...this.#unusable.values()];
  }

  /** Goes on without what is unusable. */
  leaveOutUnusable(): void {
    for (const { file, why, kind } of this.#unusable.values())
      this.leftOut.add(kind, file, kind === 'not-utf8' ? null : why);
    this.#unusable.clear();
  }

  /** The files by path, without costs. */
  sorted(): FileTable {
    return this.#files.sorted();
  }

  /** The same path twice is a person's own doing; another name for a file that is there may surprise. */
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

/** The first ones of a reason, sorted by path. */
interface Group {
  count: number;
  files: { file: string; why: string | null }[];
}

/** What a search met and did not take: all of it counted, and the first by path kept by name, however many there are. */
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

  /** What was left out, one entry per reason that there is. */
  list(): LeftOut[] {
    return LEFT_OUT_REASONS.flatMap((reason) => {
      const group = this.#groups.get(reason);
      return group === undefined ? [] : [{ reason, count: group.count, files: [...group.files] }];
    });
  }

  /** What was left out for one reason; null for nothing. */
  of(reason: LeftOutReason): LeftOut | null {
    return this.list().find((entry) => entry.reason === reason) ?? null;
  }
}
