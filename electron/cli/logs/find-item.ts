import { basename, resolve, sep } from 'node:path';
import { didYouMean } from '../../../shared/did-you-mean.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';

/** The most files that are named when several match. */
const NAMED_FILES = 5;

/** The text typed for an item, and where relative paths start. */
export interface ItemQuery {
  text: string;
  step: number | null;
  workingDirectory: string;
}

/**
 * Finds an item by its path, its bare name, or the end of its path if that is unique. Without a step, the last step that has it is used. Where
 * a step has other file names, the item is found by the file of the run that it comes from.
 */
export function findItem(state: RunState, query: ItemQuery): Result<{ step: StepState; item: ItemState }, Problem> {
  const steps = state.steps.filter((step) => query.step === null || step.step === query.step).toReversed();
  for (const pathOf of [(item: ItemState) => item.file, (item: ItemState) => item.origin]) {
    for (const step of steps) {
      const found = matching(step.items, query, pathOf);
      const [item] = found;
      if (found.length > 1) return err(ambiguous(query, found, pathOf));
      if (item !== undefined) return ok({ step, item });
    }
  }
  return err(unknown(query, steps));
}

/** Returns the items that match the text in the strictest way that matches any. */
function matching(items: Iterable<ItemState>, query: ItemQuery, pathOf: (item: ItemState) => string): ItemState[] {
  const { text } = query;
  const absolute = resolve(query.workingDirectory, text);
  const readings = [
    (path: string) => path === text || path === absolute,
    (path: string) => basename(path) === text,
    (path: string) => path.endsWith(`${sep}${text}`),
    (path: string) => path.endsWith(text),
  ];
  for (const matches of readings) {
    const found = Iterator.from(items)
      .filter((item) => matches(pathOf(item)))
      .toArray();
    if (found.length > 0) return found;
  }
  return [];
}

function ambiguous(query: ItemQuery, found: readonly ItemState[], pathOf: (item: ItemState) => string): Problem {
  const named = found.slice(0, NAMED_FILES).map(pathOf).join(', ');
  const more = found.length > NAMED_FILES ? ` and ${found.length - NAMED_FILES} more` : '';
  return problem(
    'unknown-source',
    `${found.length} items match "${query.text}": ${named}${more}.`,
    'Give more of the path.',
  );
}

function unknown(query: ItemQuery, steps: readonly StepState[]): Problem {
  const names = steps.flatMap((step) => [...step.items].map((item) => basename(item.file)));
  const where = query.step === null ? 'This run' : `Step ${query.step} of this run`;
  const advice =
    names.length === 0
      ? 'Its items are not known yet.'
      : `Its items are files such as ${names[0] ?? ''}; give a path or a name.`;
  return problem('unknown-source', `${where} has no item "${query.text}".${didYouMean(query.text, names)}`, advice);
}
