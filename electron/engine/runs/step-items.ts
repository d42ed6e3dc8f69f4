import { statSync } from 'node:fs';
import type { Step } from '../../../shared/pipeline.ts';
import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { StepState } from '../../../shared/run-state.ts';
import { estimateCosts } from '../cost/estimate-costs.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import { expandCostCommand } from '../pipelines/expand-step.ts';
import { findOutputCollisions } from '../pipelines/output-collisions.ts';
import { findStepFiles, type StepFile } from '../steps/find-step-files.ts';
import { itemEvents, planItems } from '../steps/prepare-items.ts';
import { makeNameLister } from './name-lister.ts';
import type { RunSession } from './run-session.ts';
import { stepContext, stepOutput } from './step-context.ts';

/**
 * Journals what is new or changed about the items of a step: files found since, files that are not what they were, outputs that are
 * gone, descendants of what has failed or is complete now.
 */
export async function bringItemsUpToDate(
  session: RunSession,
  index: number,
  step: Step,
  state: StepState,
): Promise<Result<void, Problem>> {
  const outputsOf = outputsByStep(session);
  const files = findStepFiles({
    step,
    index,
    state: session.state,
    runFiles: currentRunFiles(session, state),
    declaredOutputs: (source, item) => outputsOf(source.step - 1, item),
  });
  if (!files.ok) return files;
  const costs = await costsOf(session, index, step, state, files.value);
  const names = makeNameLister();
  const plan = planItems(
    state,
    files.value,
    (place) => costs[place] ?? 0,
    ({ outputs }) => outputs.every(names),
  );
  const added = plan.added.map((item) => ({ file: item.file, outputs: outputsOf(index, item) }));
  const collisions = findOutputCollisions(added);
  if (!collisions.ok) return collisions;
  for (const event of itemEvents(state.step, plan)) session.record(event);
  for (const { detail, reason } of plan.changes)
    session.parts.runLog.write('WARNING', `run again: ${detail}`, { reason });
  return ok(undefined);
}

/** The run's files as they are now; one that is gone keeps its old size and time, and fails as an item if it is still to do. */
function currentRunFiles(session: RunSession, state: StepState): StepFileSource[] {
  const { inputs } = session.parts.metadata;
  const isFresh = session.state.interventions.length === 0 && state.items.length === inputs.length;
  return isFresh ? inputs : inputs.map(refreshed);
}

type StepFileSource = RunSession['parts']['metadata']['inputs'][number];

function refreshed(input: StepFileSource): StepFileSource {
  const stats = statSync(input.path, { throwIfNoEntry: false });
  return stats === undefined ? input : { ...input, size: stats.size, mtime_ms: stats.mtimeMs };
}

/** Costs of new and changed files; those that are known keep theirs. */
async function costsOf(
  session: RunSession,
  index: number,
  step: Step,
  state: StepState,
  files: readonly StepFile[],
): Promise<number[]> {
  const known = new Map(state.items.map((item) => [item.file, item]));
  const costs = files.map(({ file }) => known.get(file)?.cost ?? 0);
  const places = [...files.keys()].filter((place) => isNew(known, files[place]));
  if (places.length === 0) return costs;
  const context = stepContext(session, index);
  const estimated = await estimateCosts({
    files: places.flatMap((place) => files[place] ?? []),
    estimator: step.cost,
    cache: null,
    commandFor: (command, file) => expandCostCommand(command, file, context),
  });
  // A file that cannot be costed still has to be tried: its worker says what is wrong with it.
  places.forEach((place, at) => {
    costs[place] = Number.isFinite(estimated.costs[at]) ? (estimated.costs[at] ?? 0) : (files[place]?.size ?? 0);
  });
  return costs;
}

function isNew(known: ReadonlyMap<string, { size: number; mtime_ms: number }>, file: StepFile | undefined): boolean {
  if (file === undefined || file.skipped) return false;
  const item = known.get(file.file);
  return item === undefined || item.size !== file.size || item.mtime_ms !== file.mtime_ms;
}

function outputsByStep(session: RunSession) {
  const prepared = new Map<number, ReturnType<typeof prepareOutputs>>();
  return (index: number, item: Parameters<ReturnType<typeof prepareOutputs>>[0]): string[] => {
    const step = session.parts.metadata.definition.steps[index];
    if (step === undefined) return [];
    const { parameters } = session.parts.metadata;
    const outputs = prepared.get(index) ?? prepareOutputs(step, { outputDir: stepOutput(session, index), parameters });
    prepared.set(index, outputs);
    const paths = outputs(item);
    return paths.ok ? paths.value : [];
  };
}
