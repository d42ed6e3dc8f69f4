import { join, resolve } from 'node:path';
import type { FileRow } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { ParameterValue, Pipeline, Step } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { emptyRunState, type RunState } from '../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../shared/run/run-state.ts';
import { runsFolder } from '../files/data-home.ts';
import { liesIn, placeOf } from '../files/folder-places.ts';
import { OWN_NAMES } from '../files/make-folders.ts';
import { activeWriters, outputInUse } from '../outputs/claim-output-folder.ts';
import {
  describeExisting,
  type ExistingOutputs,
  findExistingOutputs,
  findOrigin,
  type ItemInQuestion,
} from '../outputs/earlier-outputs.ts';
import { findOutputCollisions, type PlannedOutputs } from '../outputs/output-collisions.ts';
import { checkOutputFolder } from '../outputs/output-folder.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import type { IsOwned } from '../run-directory/owner-file.ts';
import { stepOutputFolder } from '../run-directory/paths.ts';
import { findStepFiles, firstItems, itemEvents, planItems } from '../steps/prepare-items.ts';

export interface LaunchOutputs {
  pipeline: Pipeline;
  files: Sequence<FileRow>;
  parameters: Readonly<Record<string, ParameterValue>>;
  /** As typed; undefined for the run's own folder. */
  output: string | undefined;
  overwrite: boolean;
  workingDirectory: string;
  /** The data folder. */
  home: string;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** The folder for the results of a launch. */
export interface CheckedOutputs {
  /** Absolute; null for the run's own folder. */
  folder: string | null;
  /** What would be replaced there, with the permission of the user. */
  replaced: ExistingOutputs | null;
}

/** The folder for outputs when none was given: only collisions among them matter, because the folder of a run is new. */
const OWN_FOLDER = '/outputs';

/**
 * Checks the places of the outputs: no two items of the first step write the same file, the folder can be written, no other run writes
 * there, and nothing is replaced except by equal results. The outputs of later steps are predicted where all outputs before them are declared;
 * the others are checked when their step begins.
 */
export async function checkLaunchOutputs(request: LaunchOutputs): Promise<Result<CheckedOutputs, Problem>> {
  const { steps } = request.pipeline;
  const folder = request.output === undefined ? null : resolve(request.workingDirectory, request.output);
  const [first] = steps;
  if (first === undefined) return ok({ folder, replaced: null });
  const isLast = steps.length === 1;
  const planned = planOutputs(request, first, isLast && folder !== null ? folder : OWN_FOLDER);
  if (!planned.ok) return planned;
  const collisions = findOutputCollisions(planned.value);
  if (!collisions.ok) return collisions;
  if (folder === null) return ok({ folder, replaced: null });
  const own = ownFolderAround(request.home, folder);
  if (own !== null) return err(amongOwn(folder, own));
  const writable = await checkOutputFolder(folder);
  if (!writable.ok) return writable;
  const runs = runsFolder(request.home);
  const [writer] = activeWriters({ ...request, runs, folder, self: null });
  if (writer !== undefined) return err(outputInUse(folder, writer));
  const work = { definition: request.pipeline, parameters: request.parameters };
  const items = isLast ? planned.value : expectedItems(request, folder);
  const existing = findExistingOutputs({ items, work, folder, runs });
  const complaint = request.overwrite ? null : describeExisting(existing, 'would be replaced');
  if (complaint === null) return ok({ folder, replaced: existing });
  return err(problem('output-exists', complaint, overwriteAdvice(existing)));
}

/** Returns Drover's own folder in the data folder that a folder is equal to or inside, for any path to it; null for none. */
function ownFolderAround(home: string, folder: string): string | null {
  const place = placeOf(folder);
  return OWN_NAMES.map((name) => join(home, name)).find((own) => liesIn(place, placeOf(own))) ?? null;
}

/** Returns the problem: files there would be cleaned, archived or deleted with a run that did not make them. */
function amongOwn(folder: string, own: string): Problem {
  return problem(
    'output-folder',
    `The output folder ${folder} lies in ${own}, where Drover keeps its own files: results there would be deleted with a run or a copy.`,
    'Choose another folder with --output, or leave it out: then they are kept in the folder of the run.',
  );
}

function overwriteAdvice({ foreign }: ExistingOutputs): string {
  const them = foreign === null ? 'let them be replaced' : 'move the file away, or let it be replaced';
  return `Choose another folder with --output, ${foreign === null ? 'or ' : ''}${them} with --overwrite.`;
}

type Planned = PlannedOutputs & { origin: { file: string; size: number; mtime_ms: number } };

/** Returns the outputs of all files, each created in its turn, so that a million are not in memory at once. */
function planOutputs(request: LaunchOutputs, step: Step, outputDir: string): Result<Iterable<Planned>, Problem> {
  const { files, parameters } = request;
  if (step.outputs.length === 0) return ok([]);
  const outputsOf = prepareOutputs(step, { outputDir, parameters });
  for (const file of files) {
    const outputs = outputsOf(file);
    if (!outputs.ok) return outputs;
  }
  const planned = function* (): Generator<Planned> {
    for (const row of files) {
      const { file, size, mtime_ms } = row;
      yield {
        file,
        origin: { file, size, mtime_ms },
        get outputs() {
          const outputs = outputsOf(row);
          return outputs.ok ? outputs.value : [];
        },
      };
    }
  };
  return ok({ [Symbol.iterator]: planned });
}

/** Returns the items of the last of several steps, by the declared outputs; none when a step before it declares no outputs. */
function* expectedItems(request: LaunchOutputs, folder: string): Generator<ItemInQuestion> {
  const { pipeline, parameters } = request;
  const outputsOf = pipeline.steps.map((step, index) => {
    const outputDir = index === pipeline.steps.length - 1 ? folder : stepOutputFolder(OWN_FOLDER, index + 1);
    return prepareOutputs(step, { outputDir, parameters });
  });
  const state = expectedRun(request, outputsOf);
  for (const item of state.steps.at(-1)?.items ?? []) {
    const outputs = outputsOf.at(-1)?.(item);
    if (outputs?.ok === true) yield { outputs: outputs.value, origin: findOrigin(state.steps, item.origin) };
  }
}

/** Returns a run before its start, with the items that its steps will have when all items of the previous steps are done. */
function expectedRun(request: LaunchOutputs, outputsOf: readonly ReturnType<typeof prepareOutputs>[]): RunState {
  const { pipeline, files } = request;
  const state = emptyRunState();
  const time = '1970-01-01T00:00:00.000Z';
  const steps = pipeline.steps.map(({ name, dispatch }) => ({ name, dispatch }));
  applyRunEvent(state, { type: 'run-created', run: 'foreseen', pipeline: pipeline.name, name: null, steps, time });
  for (const [index, step] of pipeline.steps.entries()) {
    const known = state.steps[index];
    if (known === undefined) break;
    const found = findStepFiles({
      step,
      index,
      state,
      runFiles: Iterator.from(files).map(({ file, ...rest }) => ({ path: file, ...rest })),
      declaredOutputs: (source, item) => {
        const outputs = outputsOf[source.step - 1]?.(item);
        return outputs?.ok === true ? outputs.value : [];
      },
    });
    const later =
      found.ok && index > 0
        ? itemEvents(
            index + 1,
            planItems(known, found.value, () => null),
          )
        : [];
    for (const event of index === 0 ? firstItems(step, files) : later) applyRunEvent(state, { ...event, time });
  }
  return state;
}
