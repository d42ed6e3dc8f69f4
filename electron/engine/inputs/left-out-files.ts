import { LEFT_OUT_REASONS, type LeftOut, type LeftOutReason } from '../../../shared/run/left-out.ts';

/** Files left out that are kept by name for each reason: more than anybody reads, and some 20 KB in metadata.json. */
const LEFT_OUT_KEPT = 100;

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
