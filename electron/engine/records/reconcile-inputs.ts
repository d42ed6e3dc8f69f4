import type { Difference } from '../../../shared/contract/records.ts';
import type { ItemCounts } from '../../../shared/run/run-events.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { hasEnded } from '../../../shared/run/run-state.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { foldDifferences } from './reconcile-differences.ts';

/** Whether every input is accounted for once: as complete, failed, skipped or, where the run has not got to it, pending. */
export function checkInputs(state: RunState, metadata: Metadata): Difference[] {
  return [
    ...state.steps.flatMap((step) => [
      ...foldDifferences('input counted twice', twice(step)),
      ...foldDifferences('counts', wrongCounts(step)),
      ...foldDifferences('item without an end', openItems(state, step)),
    ]),
    ...state.steps.flatMap((step) => missingInputs(step, metadata)),
  ];
}

function twice({ step, items }: StepState): string[] {
  return items
    .values()
    .filter(({ item, file }) => items.find(file) !== item)
    .map(({ file }) => `step ${step} has ${file} more than once`)
    .toArray();
}

/** The counts of the fold are kept event by event; counted again from the items they must be the same. */
function wrongCounts(step: StepState): string[] {
  const counted: ItemCounts = { total: 0, complete: 0, failed: 0, pending: 0, running: 0, skipped: 0 };
  for (const { status } of step.items) {
    counted.total += 1;
    counted[status] += 1;
  }
  return (Object.keys(counted) as (keyof ItemCounts)[])
    .filter((key) => counted[key] !== step.counts[key])
    .map(
      (key) => `step ${step.step}: ${counted[key]} items ${key}, the journal's events add up to ${step.counts[key]}`,
    );
}

/** A run that was stopped or failed may leave items pending; one that ended by itself may not, and none may leave them running. */
function openItems(state: RunState, step: StepState): string[] {
  if (!hasEnded(state)) return [];
  const mayBePending = state.status === 'stopped' || state.status === 'failed';
  return step.items
    .values()
    .filter(({ status }) => status === 'running' || (status === 'pending' && !mayBePending))
    .map((item) => `step ${step.step}: ${item.file} is still ${item.status} though the run ended as ${state.status}`)
    .toArray();
}

/** A step that takes the run's files, all of them, has exactly the inputs of metadata.json. */
function missingInputs(step: StepState, metadata: Metadata): Difference[] {
  const definition = metadata.definition.steps[step.step - 1];
  if (step.started === null || definition?.inputs !== 'run' || definition.patterns !== undefined) return [];
  const { items } = step;
  const named = new Uint8Array(items.length);
  const missing: string[] = [];
  for (const { path } of metadata.inputs) {
    const item = items.find(path);
    if (item >= 0) named[item] = 1;
    else missing.push(`step ${step.step} has no item for ${path}`);
  }
  const foreign = items
    .values()
    // What is there twice is told elsewhere.
    .filter(({ item, file }) => named[item] === 0 && items.find(file) === item)
    .map(({ file }) => `step ${step.step} has ${file}, which metadata.json does not name`)
    .toArray();
  return [...foldDifferences('input not accounted for', missing), ...foldDifferences('item without input', foreign)];
}
