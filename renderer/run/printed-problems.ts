import type { LogProblem } from '../../shared/contract/logs.ts';
import { foldingKey } from '../../shared/folding-key.ts';
import { withoutLogPrefix } from '../../shared/without-log-prefix.ts';
import { withoutOwnFile } from '../../shared/without-own-file.ts';
import type { FailureGroup } from './problem-groups.ts';

/** Warnings or errors with the same message, whichever worker printed them. */
export interface PrintedGroup {
  key: string;
  level: LogProblem['level'];
  /** The line of the first one. */
  text: string;
  /** Its message, without the log's prefix and the item's own name. */
  message: string;
  /** How often it was printed in total. */
  count: number;
  /** Where it was first printed, one for each log. */
  places: LogProblem[];
}

/** Returns the groups that no failure of the run reports already. A group is left out if failures with its message explain its whole count. */
export function unreportedGroups(groups: readonly PrintedGroup[], failures: readonly FailureGroup[]): PrintedGroup[] {
  const reported = new Map<string, number>();
  for (const { evidence, attempts } of failures.flatMap(({ failed }) => failed)) {
    const key = foldingKey(messageOf(evidence));
    reported.set(key, (reported.get(key) ?? 0) + attempts);
  }
  return groups.filter(({ message, count }) => count > (reported.get(foldingKey(messageOf(message))) ?? 0));
}

/** How a worker ended, before its last printed line. */
const ENDING = /^(?:exit code \d+|signal \w+); (?:last line: )?/;

/** Returns the exception itself, without a line before it that announces it. */
function messageOf(text: string): string {
  return withoutLogPrefix((text.split(' · ').at(-1) ?? text).replace(ENDING, '')).trim();
}

/** Groups what all workers printed: errors before warnings, then the most frequent first. */
export function printedGroups(problems: readonly LogProblem[]): PrintedGroup[] {
  const groups = new Map<string, PrintedGroup>();
  for (const one of problems) {
    const message = withoutOwnFile(withoutLogPrefix(one.text), one.file ?? '');
    const key = `${one.level} ${foldingKey(message)}`;
    const group = groups.get(key) ?? { key, level: one.level, text: one.text, message, count: 0, places: [] };
    group.count += one.count;
    group.places.push(one);
    groups.set(key, group);
  }
  const rank = ({ level }: PrintedGroup): number => (level === 'error' ? 0 : 1);
  return [...groups.values()].sort((a, b) => (rank(a) === rank(b) ? b.count - a.count : rank(a) - rank(b)));
}
