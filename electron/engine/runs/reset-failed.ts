import { statSync } from 'node:fs';
import type { ItemState } from '../../../shared/items/item.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import { totalCounts } from '../../../shared/run/run-state.ts';
import { makeNameLister } from '../files/name-lister.ts';
import { readMetadataHead } from '../run-directory/metadata-head.ts';
import { metadataFile, outputPath } from '../run-directory/paths.ts';
import { findReportedItem } from '../steps/worker-reports.ts';

/** Failed items of one step that are to be tried again. */
export interface FailedItems {
  step: number;
  items: number[];
}

/**
 * Finds the failed items of a run, all of them or those that are named by path or file name.
 * @returns the problem names what is not a failed item
 */
export function findFailedItems(state: RunState, names: readonly string[]): Result<FailedItems[], Problem> {
  const failed = state.steps.map((step) =>
    step.items
      .values()
      .filter(({ status }) => status === 'failed')
      .toArray(),
  );
  const wanted = names.length === 0 ? failed : failed.map((items) => namedIn(items, names));
  const files = new Set(failed.flatMap((items) => items.map(({ file }) => file)));
  const missing = names.filter(
    (name) => !files.has(name) && !failed.some((items) => findReportedItem(items, name) !== undefined),
  );
  if (missing.length > 0) return err(notFailed(missing));
  return ok(
    wanted
      .map((items, index) => ({ step: index + 1, items: items.map(({ item }) => item) }))
      .filter(({ items }) => items.length > 0),
  );
}

function namedIn(items: readonly ItemState[], names: readonly string[]): ItemState[] {
  const files = new Set(items.map(({ file }) => file));
  // Whole paths are the usual case, and there may be very many. Only other names are searched for one by one.
  const paths = new Set(names.filter((name) => files.has(name)));
  const others = names.filter((name) => !paths.has(name));
  return items.filter(
    (item) => paths.has(item.file) || others.some((name) => findReportedItem([item], name) !== undefined),
  );
}

function notFailed(names: readonly string[]): Problem {
  return problem(
    'invalid-usage',
    `${names[0] ?? ''} is not a failed item of this run.`,
    'See "drover status RUN" and the summary for the failed items; without --item all of them are tried again.',
  );
}

/** Returns whether nothing is left to do: all items complete, their inputs unchanged, their outputs there and the run's records written. */
export function isFinished(state: RunState, directory: string): boolean {
  if (state.status !== 'completed' || state.steps.some(({ status }) => status !== 'completed')) return false;
  return recordsEnd(directory, state.ended) && isAllDone(state, directory);
}

/** Returns whether no item is left to do: all complete, their inputs unchanged and their outputs there. */
export function isAllDone(state: RunState, directory: string): boolean {
  const { total, complete } = totalCounts(state);
  const isThere = makeNameLister();
  return (
    total === complete &&
    state.steps.every((step) =>
      step.items
        .values()
        .every(
          (item) =>
            isUnchanged(item, item.joined !== undefined) &&
            item.outputs.every((output) => isThere(outputPath(directory, output))),
        ),
    )
  );
}

/** A join has no file of its own. Its parts are outputs, which are checked in the step that made them. */
function isUnchanged(item: { file: string; size: number; mtime_ms: number }, isJoin: boolean): boolean {
  if (isJoin) return true;
  const stats = statSync(item.file, { throwIfNoEntry: false });
  return stats === undefined || (stats.size === item.size && stats.mtimeMs === item.mtime_ms);
}

/** Returns whether metadata.json has this end of the run. It is the last record that is written: an engine that died before leaves an older one. */
function recordsEnd(directory: string, ended: string | null): boolean {
  const head = readMetadataHead(metadataFile(directory));
  return head.ok && head.value.ended === ended;
}
