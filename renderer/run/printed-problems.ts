import type { LogProblem } from '../../shared/contract/logs.ts';
import { foldingKey } from '../../shared/folding-key.ts';
import { withoutLogPrefix } from '../../shared/without-log-prefix.ts';
import { withoutOwnFile } from '../../shared/without-own-file.ts';
import type { FailureGroup } from './problem-groups.ts';

/** Warnings or errors that say the same, whoever printed them. */
export interface PrintedGroup {
  key: string;
  level: LogProblem['level'];
  /** The first one's line. */
  text: string;
  /** Of it what is said, without the log's prefix and the item's own name. */
  message: string;
  /** How often it was printed in all. */
  count: number;
  /** Where it was printed first, one for each log. */
  places: LogProblem[];
}

/** Those that no failure of the run tells already: by the same message, and not printed oftener than those failures account for. */
export function untoldGroups(groups: readonly PrintedGroup[], failures: readonly FailureGroup[]): PrintedGroup[] {
  const told = new Map<string, number>();
  for (const { evidence, attempts } of failures.flatMap(({ failed }) => failed)) {
    const key = foldingKey(messageOf(evidence));
    told.set(key, (told.get(key) ?? 0) + attempts);
  }
  return groups.filter(({ message, count }) => count > (told.get(foldingKey(messageOf(message))) ?? 0));
}

/** How a worker ended, in front of what it printed last. */
const ENDING = /^(?:exit code \d+|signal \w+); (?:last line: )?/;

/** The exception, where a line that tells of it stands before it. */
function messageOf(text: string): string {
  return withoutLogPrefix((text.split(' · ').at(-1) ?? text).replace(ENDING, '')).trim();
}

/** Folds what workers printed over all of them: errors before warnings, then the most frequent first. */
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
