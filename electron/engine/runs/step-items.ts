import { statSync } from 'node:fs';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import type { CostFile } from '../cost/cost-file.ts';
import { estimateCosts } from '../cost/estimate-costs.ts';
import { makeNameLister } from '../files/name-lister.ts';
import { findOutputCollisions } from '../outputs/output-collisions.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import { expandCostCommand } from '../pipelines/expand-step.ts';
import { findPython, usesPython } from '../pipelines/find-python.ts';
import type { StepContext } from '../pipelines/step-values.ts';
import type { MetadataInput } from '../run-directory/metadata-schema.ts';
import { outputPath, stepOutputFolder } from '../run-directory/paths.ts';
import { readSettings } from '../settings/settings-file.ts';
import { findStepFiles, type ItemPlan, itemEvents, planItems } from '../steps/prepare-items.ts';
import type { RunSession } from './run-session.ts';

/**
 * Journals what is new or changed about the items of a step: files found since, changed files, outputs that are gone, descendants of items
 * that have failed or are complete now.
 */
export async function bringItemsUpToDate(
  session: RunSession,
  index: number,
  step: Step,
  state: StepState,
): Promise<Result<void, Problem>> {
  if (isAsLaunched(session, step, state)) return ok(undefined);
  const outputsOf = outputsByStep(session);
  const files = findStepFiles({
    step,
    index,
    state: session.state,
    runFiles: currentRunFiles(session, state),
    declaredOutputs: (source, item) => outputsOf(source.step - 1, item),
  });
  if (!files.ok) return files;
  const names = makeNameLister();
  const plan = planItems(state, files.value, ({ file, outputs }) => {
    const paths = outputs.map((output) => outputPath(session.parts.directory, output));
    if (!paths.every(names)) return `an output of ${file} is gone`;
    return paths.some(session.isReplaced) ? `an output of ${file} was replaced by another run` : null;
  });
  await setCosts(session, index, step, plan);
  const collisions = findOutputCollisions({
    *[Symbol.iterator]() {
      for (const row of plan.added) {
        yield {
          file: row.file,
          get outputs() {
            return outputsOf(index, row);
          },
        };
      }
    },
  });
  if (!collisions.ok) return collisions;
  for (const event of itemEvents(state.step, plan)) session.record(event);
  for (const { detail, reason } of plan.changes)
    session.parts.runLog.write('WARNING', `run again: ${detail}`, { reason });
  return ok(undefined);
}

/** Returns whether this engine launched the run a moment ago: the journal then has the same files as metadata.json. */
function isAsLaunched({ state: run, parts }: RunSession, step: Step, state: StepState): boolean {
  const isFresh = run.interventions.length === 0 && state.items.length === parts.metadata.inputs.length;
  return isFresh && step.inputs === 'run' && state.counts.pending === state.counts.total;
}

/** Returns the run's files as they are now. A file that is gone keeps its old size and time, and fails as an item if it is still to do. */
function* currentRunFiles(session: RunSession, state: StepState): Generator<MetadataInput> {
  const { inputs } = session.parts.metadata;
  const isFresh = session.state.interventions.length === 0 && state.items.length === inputs.length;
  for (const input of inputs) yield isFresh ? input : refreshed(input);
}

function refreshed(input: MetadataInput): MetadataInput {
  const stats = statSync(input.path, { throwIfNoEntry: false });
  return stats === undefined ? input : { ...input, size: stats.size, mtime_ms: stats.mtimeMs };
}

/** Costs of new and changed files; what is skipped has none yet. */
async function setCosts(session: RunSession, index: number, step: Step, plan: ItemPlan): Promise<void> {
  const skipped = new Set(plan.skipped);
  const { added } = plan;
  const places = Array.from({ length: added.length }, (_, place) => place).filter(
    (place) => !skipped.has(plan.first + place),
  );
  const changed = plan.changes.filter(({ stale }) => stale);
  const files: Sequence<CostFile> = {
    length: places.length + changed.length,
    at: (at) => added.at(places[at] ?? -1) ?? changed[at - places.length]?.file,
    *[Symbol.iterator]() {
      for (const place of places) yield added.at(place) as CostFile;
      for (const { file } of changed) yield file;
    },
  };
  const costs = await costsOf(session, index, step, files);
  places.forEach((place, at) => added.setCost(place, costs[at] ?? 0));
  changed.forEach((change, at) => {
    change.cost = costs[places.length + at] ?? 0;
  });
}

async function costsOf(session: RunSession, index: number, step: Step, files: Sequence<CostFile>): Promise<number[]> {
  if (files.length === 0) return [];
  const context = stepContext(session, index);
  const { costs } = await estimateCosts({
    files,
    estimator: step.cost,
    cache: null,
    commandFor: (command, file) => expandCostCommand(command, file, context),
  });
  // A file that cannot be costed is still tried: its worker reports what is wrong with it.
  return Array.from(costs, (cost, place) => (Number.isFinite(cost) ? cost : (files.at(place)?.size ?? 0)));
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

/** Returns the output folder: the last step writes to the requested one, the others to the run's own. */
export function stepOutput(session: RunSession, index: number): string {
  const { metadata, directory } = session.parts;
  const isLast = index === metadata.definition.steps.length - 1;
  return isLast && metadata.output_dir !== null ? metadata.output_dir : stepOutputFolder(directory, index + 1);
}

/** Returns the values of placeholders in a step. */
function stepContext(session: RunSession, index: number): StepContext {
  const { metadata, runtime, directory } = session.parts;
  return {
    outputDir: stepOutput(session, index),
    runDirectory: directory,
    pipelineDir: metadata.pipeline_dir,
    resources: runtime.resources,
    python: pythonOf(session),
    node: runtime.node,
    parameters: metadata.parameters,
  };
}

/** Finds the interpreter for `{python}`; null when no step needs one or none is found. */
export function pythonOf(session: RunSession): string | null {
  const { metadata, env, directory } = session.parts;
  if (!usesPython(metadata.definition)) return null;
  const setting = readSettings(session.parts.home).settings.interpreter ?? undefined;
  const found = findPython({ env, workingDirectory: directory, setting });
  return found.ok ? found.value : null;
}
