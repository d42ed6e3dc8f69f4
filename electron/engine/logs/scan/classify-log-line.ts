import { foldingKey } from '../../../../shared/folding-key.ts';
import { MAX_PROBLEM_KINDS, PROBLEM_SHOWN_CHARS } from './scan-limits.ts';

export type ProblemLevel = 'warning' | 'error';

/** The level that a logging library put near the start of the line decides. The rest is only the message. */
const STATED_LEVEL = /(?:^|[\s[|(:-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)(?=$|[\s\]|):,-])/;
/** Levels are within this many characters of the start. */
const STATED_WITHIN = 160;
const ERROR_WORD = /\b(?:\w*(?:Error|Exception)|ERROR|CRITICAL|FATAL|Traceback|Killed)\b|\berror:/;
const WARNING_WORD = /\b(?:\w*Warning|WARN|WARNING)\b|\bwarning:/;
/** Separators that the engine writes into a log name reasons of earlier ends, so they are not problems. */
const OWN_SEPARATOR = /^=== (?:Restart|Resume) /;

/** Returns whether a line that a program printed is a warning or an error for people; null when it is neither. */
export function classifyLogLine(line: string): ProblemLevel | null {
  if (OWN_SEPARATOR.test(line)) return null;
  const stated = STATED_LEVEL.exec(line.slice(0, STATED_WITHIN))?.[1];
  if (stated !== undefined) return statedLevel(stated);
  if (ERROR_WORD.test(line)) return 'error';
  return WARNING_WORD.test(line) ? 'warning' : null;
}

function statedLevel(stated: string): ProblemLevel | null {
  switch (stated) {
    case 'WARN':
    case 'WARNING':
      return 'warning';
    case 'ERROR':
    case 'CRITICAL':
    case 'FATAL':
      return 'error';
    default:
      return null;
  }
}

/** A warning or error, with its repeats folded into one. */
export interface FoldedProblem {
  level: ProblemLevel;
  /** The line of the first occurrence. */
  text: string;
  /** 0: it was counted as a problem, and what followed showed that it is reported elsewhere. */
  count: number;
  /** Byte offset of the line of the first occurrence. */
  offset: number;
}

/** One problem that was counted, by which it can be removed again. */
export interface FiledProblem {
  level: ProblemLevel;
  text: string;
  offset: number;
}

/** Folds problems by kind, keeping a bounded number of kinds. */
export class ProblemKinds {
  /** Number of problems whose kinds are not kept. */
  unlisted = 0;
  private readonly kinds = new Map<string, FoldedProblem>();
  private readonly changed = new Set<FoldedProblem>();

  add(level: ProblemLevel, text: string, offset: number): FiledProblem {
    const shown = text.slice(0, PROBLEM_SHOWN_CHARS);
    const key = keyOf(level, shown);
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
    return { level, text: shown, offset };
  }

  /** Removes one that turned out to belong to another. */
  remove({ level, text }: FiledProblem): void {
    const key = keyOf(level, text);
    const known = this.kinds.get(key);
    if (known === undefined) {
      this.unlisted -= 1;
      return;
    }
    known.count -= 1;
    this.changed.add(known);
    if (known.count === 0) this.kinds.delete(key);
  }

  /** Returns all kinds, in the order of their first appearance. */
  all(): FoldedProblem[] {
    return [...this.kinds.values()].sort((a, b) => a.offset - b.offset);
  }

  /** Returns the kinds that are new or were counted since the last call. Those with none left come first, with a count of 0. */
  takeChanged(): FoldedProblem[] {
    const changed = [...this.changed];
    this.changed.clear();
    return [...changed.filter(({ count }) => count === 0), ...changed.filter(({ count }) => count > 0)];
  }
}

function keyOf(level: ProblemLevel, text: string): string {
  return `${level} ${foldingKey(text)}`;
}
