import { resolve } from 'node:path';
import type { FileRow } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { ParameterValue, Step } from '../../../shared/pipeline.ts';
import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { findExistingOutputs } from '../pipelines/existing-outputs.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import { findOutputCollisions, type PlannedOutputs } from '../pipelines/output-collisions.ts';
import { checkOutputFolder } from '../pipelines/output-folder.ts';
import { outputsOfEarlierRuns } from './earlier-outputs.ts';

export interface LaunchOutputs {
  step: Step;
  /** Whether the first step is also the last, whose outputs go to the folder that was asked for. */
  isLast: boolean;
  files: Sequence<FileRow>;
  parameters: Readonly<Record<string, ParameterValue>>;
  /** As typed; undefined for the run's own folder. */
  output: string | undefined;
  overwrite: boolean;
  workingDirectory: string;
  runs: string;
}

/** Where outputs would go when no folder was given: only collisions among them matter, as a run's folder is new. */
const OWN_FOLDER = '/outputs';

/**
 * Checks the outputs of the first step: no two items write the same file, nothing that others made is overwritten, the folder can be
 * written. Those of later steps are known only when the step before is done, and are checked then.
 * @returns the absolute output folder, or null for the run's own
 */
export async function checkLaunchOutputs(request: LaunchOutputs): Promise<Result<string | null, Problem>> {
  const folder = request.output === undefined ? null : resolve(request.workingDirectory, request.output);
  const target = request.isLast && folder !== null ? folder : OWN_FOLDER;
  const planned = planOutputs(request, target);
  if (!planned.ok) return planned;
  const collisions = findOutputCollisions(planned.value);
  if (!collisions.ok) return collisions;
  if (folder === null) return ok(null);
  const writable = await checkOutputFolder(folder);
  if (!writable.ok) return writable;
  if (!request.isLast || request.overwrite) return ok(folder);
  const existing = findExistingOutputs({
    items: planned.value,
    outputDir: folder,
    madeByUs: madeBefore(request, folder),
  });
  return existing.ok ? ok(folder) : existing;
}

/** The outputs of all files, each made when it is its turn, so that a million are not held at once. */
function planOutputs(request: LaunchOutputs, outputDir: string): Result<Iterable<PlannedOutputs>, Problem> {
  const { step, files, parameters } = request;
  if (step.outputs.length === 0) return ok([]);
  const outputsOf = prepareOutputs(step, { outputDir, parameters });
  for (const file of files) {
    const outputs = outputsOf(file);
    if (!outputs.ok) return outputs;
  }
  const planned = function* (): Generator<PlannedOutputs> {
    for (const row of files) {
      const { file } = row;
      yield {
        file,
        get outputs() {
          const outputs = outputsOf(row);
          return outputs.ok ? outputs.value : [];
        },
      };
    }
  };
  return ok({ [Symbol.iterator]: planned });
}

/** Earlier runs are looked through only when something stands in the way. */
function madeBefore(request: LaunchOutputs, folder: string): (path: string) => boolean {
  let made: Set<string> | undefined;
  return (path) => {
    made ??= outputsOfEarlierRuns(request.runs, folder);
    return made.has(path);
  };
}
