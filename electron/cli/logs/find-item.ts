import { basename, resolve, sep } from 'node:path';
import { didYouMean } from '../../../shared/did-you-mean.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';

/** So many files are named when several are meant. */
const NAMED_FILES = 5;

/** What was typed for an item, and where relative paths start. */
export interface ItemQuery {
  text: string;
  step: number | null;
  workingDirectory: string;
}

/**
 * The item that a person means: by its path, by its bare name, or by the end of its path where only one ends so. Without a step the last
 * one that has it. Where a step knows its files under other names, the run's file that they come from is meant.
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

/** Items by the narrowest reading of the text that fits any. */
function matching(items: Iterable<ItemState>, query: ItemQuery, pathOf: (item: ItemState) => string): ItemState[] {
  const { text } = query;
  const absolute = resolve(query.workingDirectory, text);
  const readings = [
    (path: string) => path === text || path === absolute,
    (path: string) => basename(path) === text,
    (path: string) => path.endsWith(`${sep}${text}`),
    (path: string) => path.endsWith(text),
  ];
  for (const fits of readings) {
    const found = Iterator.from(items)
      .filter((item) => fits(pathOf(item)))
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
    `${found.length} items fit "${query.text}": ${named}${more}.`,
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
