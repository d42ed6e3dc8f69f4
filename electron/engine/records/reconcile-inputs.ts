import type { Difference } from '../../../shared/contract/records.ts';
import type { ItemCounts } from '../../../shared/run-events.ts';
import { hasEnded, type RunState, type StepState } from '../../../shared/run-state.ts';
import type { Metadata } from './metadata-schema.ts';
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

function twice(step: StepState): string[] {
  const seen = new Set<string>();
  return step.items
    .filter((item) => seen.size === seen.add(item.file).size)
    .map((item) => `step ${step.step} has ${item.file} more than once`);
}

/** The counts of the fold are kept event by event; counted again from the items they must be the same. */
function wrongCounts(step: StepState): string[] {
  const counted: ItemCounts = { total: 0, complete: 0, failed: 0, pending: 0, running: 0, skipped: 0 };
  for (const item of step.items) {
    counted.total += 1;
    counted[item.status] += 1;
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
    .filter((item) => item.status === 'running' || (item.status === 'pending' && !mayBePending))
    .map((item) => `step ${step.step}: ${item.file} is still ${item.status} though the run ended as ${state.status}`);
}

/** A step that takes the run's files, all of them, has exactly the inputs of metadata.json. */
function missingInputs(step: StepState, metadata: Metadata): Difference[] {
  const definition = metadata.definition.steps[step.step - 1];
  if (step.started === null || definition?.inputs !== 'run' || definition.patterns !== undefined) return [];
  const items = new Set(step.items.map((item) => item.file));
  const inputs = new Set(metadata.inputs.map((input) => input.path));
  return [
    ...foldDifferences(
      'input not accounted for',
      [...inputs.difference(items)].map((path) => `step ${step.step} has no item for ${path}`),
    ),
    ...foldDifferences(
      'item without input',
      [...items.difference(inputs)].map((path) => `step ${step.step} has ${path}, which metadata.json does not name`),
    ),
  ];
}
