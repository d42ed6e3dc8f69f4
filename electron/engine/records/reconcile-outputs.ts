import { lstatSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Difference } from '../../../shared/contract/records.ts';
import type { ItemState, RunState, StepState } from '../../../shared/run-state.ts';
import type { Metadata } from './metadata-schema.ts';
import { foldDifferences } from './reconcile-differences.ts';

/** After so many files others get their turn: looking at 100,000 files takes most of a second. */
const FILES_PER_TURN = 2_000;

/** An output of a complete item as it lies on the disk. */
export interface OutputLook {
  step: StepState;
  item: ItemState;
  path: string;
  /** Bytes, or entries of a folder; null when it is not there. */
  size: number | null;
  mtime_ms: number;
}

/** Looks at every output of every complete item. */
export async function lookAtOutputs(state: RunState, directory: string): Promise<OutputLook[]> {
  const looks: OutputLook[] = [];
  for (const step of state.steps) {
    for (const item of step.items) {
      if (item.status !== 'complete') continue;
      for (const output of item.outputs) {
        looks.push(look(step, item, isAbsolute(output) ? output : join(directory, output)));
        if (looks.length % FILES_PER_TURN === 0) await setImmediate();
      }
    }
  }
  return looks;
}

function look(step: StepState, item: ItemState, path: string): OutputLook {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { step, item, path, size: null, mtime_ms: 0 };
    const size = stats.isDirectory() ? readdirSync(path).length : stats.size;
    return { step, item, path, size, mtime_ms: stats.mtimeMs };
  } catch {
    // A folder that may not be entered: what cannot be seen is not there for whoever needs it.
    return { step, item, path, size: null, mtime_ms: 0 };
  }
}

/** Whether each output is there, not empty, and of one item only, and whether complete items have outputs where they must. */
export function checkOutputs(looks: readonly OutputLook[], state: RunState, metadata: Metadata): Difference[] {
  const owners = new Map<string, ItemState>();
  const missing: string[] = [];
  const empty: string[] = [];
  const shared: string[] = [];
  for (const output of looks) {
    const label = `step ${output.step.step}: ${output.path} of ${output.item.file}`;
    const owner = owners.get(output.path);
    owners.set(output.path, output.item);
    if (owner !== undefined && owner !== output.item) shared.push(`${label} is an output of ${owner.file} too`);
    if (output.size === null)
      missing.push(`${label} is not there${isBrokenLink(output.path) ? ': a broken link' : ''}`);
    if (output.size === 0) empty.push(`${label} is empty`);
  }
  return [
    ...foldDifferences('output missing', missing),
    ...foldDifferences('output empty', empty),
    ...foldDifferences('output of two items', shared),
    ...foldDifferences('output not recorded', unrecorded(state, metadata)),
  ];
}

function isBrokenLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return false;
  }
}

function unrecorded(state: RunState, metadata: Metadata): string[] {
  return state.steps.flatMap((step) => {
    const declared = metadata.definition.steps[step.step - 1]?.outputs.length ?? 0;
    return step.items
      .filter((item) => item.status === 'complete' && item.outputs.length < declared)
      .map((item) => `step ${step.step}: ${item.file} has ${item.outputs.length} of ${declared} declared outputs`);
  });
}
