import { foldingKey } from '../../../../shared/folding-key.ts';
import type { ProblemLevel } from './classify-log-line.ts';
import { MAX_PROBLEM_KINDS, PROBLEM_SHOWN_CHARS } from './scan-limits.ts';

/** A warning or error, repeats folded into one. */
export interface FoldedProblem {
  level: ProblemLevel;
  /** The first one's line. */
  text: string;
  count: number;
  /** Byte offset of the first one's line. */
  offset: number;
}

/** Folds problems by kind, keeping a bounded number of kinds. */
export class ProblemKinds {
  /** Problems of kinds that are not kept. */
  unlisted = 0;
  private readonly kinds = new Map<string, FoldedProblem>();
  private readonly changed = new Set<FoldedProblem>();

  add(level: ProblemLevel, text: string, offset: number): void {
    const shown = text.slice(0, PROBLEM_SHOWN_CHARS);
    const key = `${level} ${foldingKey(shown)}`;
    const known = this.kinds.get(key);
    if (known !== undefined) {
      known.count += 1;
      this.changed.add(known);
    } else if (this.kinds.size < MAX_PROBLEM_KINDS) {
      const kind = { level, text: shown, count: 1, offset };
      this.kinds.set(key, kind);
      this.changed.add(kind);
    } else {
      this.unlisted += 1;
    }
  }

  /** All kinds, in the order of their first appearance. */
  all(): FoldedProblem[] {
    return [...this.kinds.values()];
  }

  /** The kinds that are new or counted on since the last call. */
  takeChanged(): FoldedProblem[] {
    const changed = [...this.changed];
    this.changed.clear();
    return changed;
  }
}
