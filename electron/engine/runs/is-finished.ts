import { statSync } from 'node:fs';
import type { RunState } from '../../../shared/run/run-model.ts';
import { totalCounts } from '../../../shared/run/run-state.ts';
import { makeNameLister } from '../files/name-lister.ts';
import { readMetadataHead } from '../run-directory/metadata-head.ts';
import { metadataFile, outputPath } from '../run-directory/paths.ts';

/** Whether nothing is left to do: all items complete, their inputs unchanged, their outputs there and the run's records written. */
export function isFinished(state: RunState, directory: string): boolean {
  if (state.status !== 'completed' || state.steps.some(({ status }) => status !== 'completed')) return false;
  return saysEnd(directory, state.ended) && isAllDone(state, directory);
}

/** Whether no item is left to do: all complete, their inputs unchanged and their outputs there. */
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

/** A join has no file of its own; its parts are outputs, which are looked at where they were made. */
function isUnchanged(item: { file: string; size: number; mtime_ms: number }, isJoin: boolean): boolean {
  if (isJoin) return true;
  const stats = statSync(item.file, { throwIfNoEntry: false });
  return stats === undefined || (stats.size === item.size && stats.mtimeMs === item.mtime_ms);
}

/** Whether metadata.json has this end of the run; it is the last record that is written, so an engine that died before leaves an older one. */
function saysEnd(directory: string, ended: string | null): boolean {
  const head = readMetadataHead(metadataFile(directory));
  return head.ok && head.value.ended === ended;
}
