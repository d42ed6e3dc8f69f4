import { lstatSync } from 'node:fs';
import { plural } from '../../../shared/format.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { NO_MARK } from '../../../shared/run/output-stamp.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { outputPath } from '../run-directory/paths.ts';
import {
  describeExisting,
  type ExistingOutputs,
  findExistingOutputs,
  findOrigin,
  type ItemInQuestion,
  namedRuns,
} from './earlier-outputs.ts';
import { isAsMade } from './output-files.ts';

/** A run that is to continue. */
export interface ResumedRun {
  directory: string;
  metadata: Metadata;
  state: RunState;
  /** The folder of all runs. */
  runs: string;
}

/** What happened to the results of a run since it made them. */
export interface OwnOutputs {
  /** Whether another run has replaced the file at a path. */
  isOthers: (path: string) => boolean;
  /** Results that were changed by someone else: how many, and one of them; null for none. */
  changed: { count: number; first: string } | null;
}

const NONE: ReadonlySet<string> = new Set();

/** Finds all results of a run that are not as it made them, and the runs that replaced them. */
export function findOwnOutputs(resumed: ResumedRun): OwnOutputs & { replaced: ExistingOutputs['results'] } {
  const { metadata, directory, state, runs } = resumed;
  const folders = metadata.output_dir === null ? [directory] : [directory, metadata.output_dir];
  const findings = folders.map((folder) =>
    findExistingOutputs({
      items: notAsMade(resumed, (index) =>
        isGiven(metadata, index) ? folder === metadata.output_dir : folder === directory,
      ),
      work: metadata,
      runs,
      folder,
      self: state.run,
      isMadeAlready: true,
    }),
  );
  const changes = findings.flatMap(({ changed, foreign }) => [...changed, ...(foreign === null ? [] : [foreign])]);
  const [one] = changes;
  return {
    isOthers: (path) => findings.some((finding) => finding.isOthers(path)),
    replaced: findings.flatMap(({ results }) => results),
    changed: one === undefined ? null : { count: changes.reduce((sum, { count }) => sum + count, 0), first: one.first },
  };
}

/** Refuses to continue a run whose results were replaced by another run: making them again would replace the results of that run. */
export function refuseReplaced(run: string, replaced: ExistingOutputs['results']): Result<void, Problem> {
  const [other] = replaced;
  if (other === undefined) return ok(undefined);
  const there = replaced.reduce((sum, one) => sum + one.count, 0);
  const own = `${plural(there, 'result')} of run ${run}`;
  return err(
    problem(
      'output-replaced',
      `${own} ${there === 1 ? 'was' : 'were'} replaced: what is there now is ${namedRuns(replaced)}, such as ${other.first}.`,
      `Launch it again into another folder, or make them again and replace those of the other run with "drover resume ${run} --overwrite".`,
    ),
  );
}

/**
 * Checks whether files are in the way of the pending outputs of the last step in a given folder: results of other runs, or files of unknown
 * origin. Files left by the run's own attempts belong to the run.
 * @returns the files of unknown origin that came after the launch: they are kept under another name
 */
export function checkPendingOutputs(resumed: ResumedRun): Result<ReadonlySet<string>, Problem> {
  const { metadata, state, runs } = resumed;
  const step = state.steps.at(-1);
  const definition = metadata.definition.steps.at(-1);
  if (metadata.output_dir === null || step === undefined || definition === undefined) return ok(NONE);
  const outputDir = metadata.output_dir;
  const launched = Date.parse(metadata.created);
  const outputsOf = prepareOutputs(definition, { outputDir, parameters: metadata.parameters });
  const existing = findExistingOutputs({
    items: pendingItems(state, step, outputsOf),
    work: metadata,
    runs,
    folder: outputDir,
    self: state.run,
    // The permission to replace was given for files that existed at the launch, and for none that came later.
    ...(metadata.request.overwrite ? { isLeftOut: (path: string) => isOlder(path, launched) } : {}),
    // After a power failure the last lines of the journal are missing: outputs of that time may exist without a record of their origin.
    isKept: (path) => !isOlder(path, launched),
  });
  const complaint = describeExisting(existing, 'would be replaced');
  if (complaint === null) return ok(existing.kept);
  const advice = `Move them away, or go on and let them be replaced with "drover resume ${state.run} --overwrite".`;
  return err(problem(existing.results.length > 0 ? 'output-replaced' : 'output-exists', complaint, advice));
}

/** Whether the outputs of a step go to the folder that was given at the launch. */
function isGiven({ output_dir, definition }: Metadata, index: number): boolean {
  return output_dir !== null && index === definition.steps.length - 1;
}

function* notAsMade({ state, directory }: ResumedRun, isWanted: (index: number) => boolean): Generator<ItemInQuestion> {
  for (const [index, { items }] of state.steps.entries()) {
    if (!isWanted(index)) continue;
    for (const item of items) {
      if (item.status !== 'complete') continue;
      const marks = items.outputMarks(item.item);
      const paths = item.outputs.map((output) => outputPath(directory, output));
      const outputs = paths.filter((path, place) => isAsMade(path, marks[place] ?? NO_MARK) !== true);
      if (outputs.length === 0) continue;
      // An earlier release recorded no marks for its outputs: they may be unchanged.
      const wasBegun = marks.every((mark) => mark === NO_MARK);
      yield { outputs, origin: findOrigin(state.steps, item.origin), wasBegun };
    }
  }
}

function* pendingItems(
  state: RunState,
  { items }: StepState,
  outputsOf: ReturnType<typeof prepareOutputs>,
): Generator<ItemInQuestion> {
  for (const item of items) {
    if (item.status !== 'pending' && item.status !== 'failed') continue;
    const outputs = outputsOf(item);
    if (!outputs.ok) continue;
    yield { outputs: outputs.value, origin: findOrigin(state.steps, item.origin), wasBegun: wasHandedOut(item) };
  }
}

/** Whether a worker has ever had the item, including before it was reset. */
function wasHandedOut({ spans }: ItemState): boolean {
  return spans.length > 0;
}

/** Whether a file is older than a time, by its last change of any kind, whose time no program can set. */
function isOlder(path: string, time: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.ctimeMs < time;
}
