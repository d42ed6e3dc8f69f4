import type { LogProblem } from '../../shared/contract/events.ts';
import { foldingKey } from '../../shared/folding-key.ts';

/** Warnings or errors that say the same, whoever printed them. */
export interface PrintedGroup {
  key: string;
  level: LogProblem['level'];
  /** The first one's line. */
  text: string;
  /** How often it was printed in all. */
  count: number;
  /** Where it was printed first, one for each log. */
  places: LogProblem[];
}

/** Folds what workers printed over all of them: errors before warnings, then the most frequent first. */
export function printedGroups(problems: readonly LogProblem[]): PrintedGroup[] {
  const groups = new Map<string, PrintedGroup>();
  for (const one of problems) {
    const key = `${one.level} ${foldingKey(one.text)}`;
    const group = groups.get(key) ?? { key, level: one.level, text: one.text, count: 0, places: [] };
    group.count += one.count;
    group.places.push(one);
    groups.set(key, group);
  }
  const rank = ({ level }: PrintedGroup): number => (level === 'error' ? 0 : 1);
  return [...groups.values()].sort((a, b) => (rank(a) === rank(b) ? b.count - a.count : rank(a) - rank(b)));
}
