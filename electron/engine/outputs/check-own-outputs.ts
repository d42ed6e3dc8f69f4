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
  describeStanding,
  findOrigin,
  findStandingOutputs,
  type ItemInQuestion,
  namedRuns,
  type StandingOutputs,
} from './earlier-outputs.ts';
import { isAsMade } from './output-files.ts';

/** A run that is to go on. */
export interface GoingRun {
  directory: string;
  metadata: Metadata;
  state: RunState;
  /** The folder of all runs. */
  runs: string;
}

/** What became of the results of a run since it made them. */
export interface OwnOutputs {
  /** Whether another run has replaced what stands at a path. */
  isOthers: (path: string) => boolean;
  /** Those that somebody has changed: how many, and one of them; null for none. */
  changed: { count: number; first: string } | null;
}

const NONE: ReadonlySet<string> = new Set();

/** Looks at all results of a run that are not what they were when it made them, and finds out who replaced them. */
export function findOwnOutputs(going: GoingRun): OwnOutputs & { replaced: StandingOutputs['results'] } {
  const { metadata, directory, state, runs } = going;
  const folders = metadata.output_dir === null ? [directory] : [directory, metadata.output_dir];
  const looks = folders.map((folder) =>
    findStandingOutputs({
      items: notAsMade(going, (index) =>
        isGiven(metadata, index) ? folder === metadata.output_dir : folder === directory,
      ),
      work: metadata,
      runs,
      folder,
      self: state.run,
      isMadeAlready: true,
    }),
  );
  const changes = looks.flatMap(({ changed, foreign }) => [...changed, ...(foreign === null ? [] : [foreign])]);
  const [one] = changes;
  return {
    isOthers: (path) => looks.some((look) => look.isOthers(path)),
    replaced: looks.flatMap(({ results }) => results),
    changed: one === undefined ? null : { count: changes.reduce((sum, { count }) => sum + count, 0), first: one.first },
  };
}

/** Refuses to go on with a run whose results another one has replaced: making them again would replace the other's. */
export function refuseReplaced(run: string, replaced: StandingOutputs['results']): Result<void, Problem> {
  const [other] = replaced;
  if (other === undefined) return ok(undefined);
  const there = replaced.reduce((sum, one) => sum + one.count, 0);
  const own = `${plural(there, 'result')} of run ${run}`;
  return err(
    problem(
      'output-replaced',
      `${own} ${there === 1 ? 'was' : 'were'} replaced: what stands there now is ${namedRuns(replaced)}, such as ${other.first}.`,
      `Launch it again into another folder, or make them anew and replace those of the other run with "drover resume ${run} --overwrite".`,
    ),
  );
}

/**
 * Whether something stands in the way of what the last step is still to make in a folder that was given: results of other runs, or files
 * that nobody is known to have made. What the run's own attempts left is its own.
 * @returns what nobody is known to have made and has come since the launch: it is kept under another name
 */
export function checkStillToDo(going: GoingRun): Result<ReadonlySet<string>, Problem> {
  const { metadata, state, runs } = going;
  const step = state.steps.at(-1);
  const definition = metadata.definition.steps.at(-1);
  if (metadata.output_dir === null || step === undefined || definition === undefined) return ok(NONE);
  const outputDir = metadata.output_dir;
  const launched = Date.parse(metadata.created);
  const outputsOf = prepareOutputs(definition, { outputDir, parameters: metadata.parameters });
  const standing = findStandingOutputs({
    items: stillToDo(state, step, outputsOf),
    work: metadata,
    runs,
    folder: outputDir,
    self: state.run,
    // Leave to replace was given for what was there at the launch, and for nothing that came later.
    ...(metadata.request.overwrite ? { isLeftOut: (path: string) => isOlder(path, launched) } : {}),
    // A power cut takes the last lines of the journal with it: what the run was at then may stand there, and nothing says whose it is.
    isKept: (path) => !isOlder(path, launched),
  });
  const complaint = describeStanding(standing, 'would be replaced');
  if (complaint === null) return ok(standing.kept);
  const advice = `Move them away, or go on and let them be replaced with "drover resume ${state.run} --overwrite".`;
  return err(problem(standing.results.length > 0 ? 'output-replaced' : 'output-exists', complaint, advice));
}

/** Whether a step's outputs go to the folder that was given at the launch. */
function isGiven({ output_dir, definition }: Metadata, index: number): boolean {
  return output_dir !== null && index === definition.steps.length - 1;
}

function* notAsMade({ state, directory }: GoingRun, isWanted: (index: number) => boolean): Generator<ItemInQuestion> {
  for (const [index, { items }] of state.steps.entries()) {
    if (!isWanted(index)) continue;
    for (const item of items) {
      if (item.status !== 'complete') continue;
      const marks = items.outputMarks(item.item);
      const paths = item.outputs.map((output) => outputPath(directory, output));
      const outputs = paths.filter((path, place) => isAsMade(path, marks[place] ?? NO_MARK) !== true);
      if (outputs.length === 0) continue;
      // Of what an earlier release made nothing was noted: it may well be as it was.
      const wasBegun = marks.every((mark) => mark === NO_MARK);
      yield { outputs, origin: findOrigin(state.steps, item.origin), wasBegun };
    }
  }
}

function* stillToDo(
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

/** Whether a worker has ever had the item, also before it was reset. */
function wasHandedOut({ spans }: ItemState): boolean {
  return spans.length > 0;
}

/** By the time of its last change of any kind, which nobody can set. */
function isOlder(path: string, time: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.ctimeMs < time;
}
