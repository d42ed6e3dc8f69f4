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
  describeStanding,
  findOrigin,
  findStandingOutputs,
  type ItemInQuestion,
  type StandingOutputs,
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

/** Where the results of a launch go. */
export interface CheckedOutputs {
  /** Absolute; null for the run's own folder. */
  folder: string | null;
  /** What would be replaced there, as was asked for. */
  replaced: StandingOutputs | null;
}

/** Where outputs would go when no folder was given: only collisions among them matter, as a run's folder is new. */
const OWN_FOLDER = '/outputs';

/**
 * Checks where the outputs go: no two items of the first step write the same file, the folder can be written, no other run is writing
 * there, and nothing is replaced that is not made again anyway. What a later step will write is foreseen as far as its outputs are
 * declared; the rest is checked when its turn comes.
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
  const items = isLast ? planned.value : foreseen(request, folder);
  const standing = findStandingOutputs({ items, work, folder, runs });
  const complaint = request.overwrite ? null : describeStanding(standing, 'would be replaced');
  if (complaint === null) return ok({ folder, replaced: standing });
  return err(problem('output-exists', complaint, overwriteAdvice(standing)));
}

/** The folder of Drover's own, in the data folder, that a folder is or lies in, whatever the path to it; null for none. */
function ownFolderAround(home: string, folder: string): string | null {
  const place = placeOf(folder);
  return OWN_NAMES.map((name) => join(home, name)).find((own) => liesIn(place, placeOf(own))) ?? null;
}

/** What is made there would be cleaned, archived or deleted with a run that did not make it. */
function amongOwn(folder: string, own: string): Problem {
  return problem(
    'output-folder',
    `The output folder ${folder} lies in ${own}, where Drover keeps what is its own: results there would go when a run or a copy is deleted.`,
    'Choose another folder with --output, or leave it out: then they are kept in the folder of the run.',
  );
}

function overwriteAdvice({ foreign }: StandingOutputs): string {
  const them = foreign === null ? 'let them be replaced' : 'move the file away, or let it be replaced';
  return `Choose another folder with --output, ${foreign === null ? 'or ' : ''}${them} with --overwrite.`;
}

type Planned = PlannedOutputs & { origin: { file: string; size: number; mtime_ms: number } };

/** The outputs of all files, each made when it is its turn, so that a million are not held at once. */
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

/** The items of the last step of several, by what is declared: nothing where a step before it declares no outputs. */
function* foreseen(request: LaunchOutputs, folder: string): Generator<ItemInQuestion> {
  const { pipeline, parameters } = request;
  const outputsOf = pipeline.steps.map((step, index) => {
    const outputDir = index === pipeline.steps.length - 1 ? folder : stepOutputFolder(OWN_FOLDER, index + 1);
    return prepareOutputs(step, { outputDir, parameters });
  });
  const state = foreseeItems(request, outputsOf);
  for (const item of state.steps.at(-1)?.items ?? []) {
    const outputs = outputsOf.at(-1)?.(item);
    if (outputs?.ok === true) yield { outputs: outputs.value, origin: findOrigin(state.steps, item.origin) };
  }
}

/** A run that has not begun, with the items that all its steps would have if every item of the steps before was done. */
function foreseeItems(request: LaunchOutputs, outputsOf: readonly ReturnType<typeof prepareOutputs>[]): RunState {
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
