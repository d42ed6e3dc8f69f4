import { statSync } from 'node:fs';
import { basename, matchesGlob } from 'node:path';
import type { ItemState } from '../../../shared/items/item.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { nameMatcher } from '../inputs/glob-pattern.ts';

/** A file that a step has to deal with, before it is costed. */
export interface StepFile {
  file: string;
  size: number;
  mtime_ms: number;
  relative_dir: string;
  /** The run file it comes from. */
  origin: string;
  joined?: Record<string, string>;
  /** True when what it would come from has failed: it is counted, and skipped. */
  skipped: boolean;
}

/** The run's own files, as metadata.json keeps them. */
interface RunFile {
  path: string;
  size: number;
  mtime_ms: number;
  relative_dir: string;
}

export interface StepFilesRequest {
  step: Step;
  /** Counted from 0. */
  index: number;
  state: RunState;
  runFiles: Iterable<RunFile>;
  /** The declared outputs of an item of an earlier step, for the descendants of items that failed. */
  declaredOutputs: (step: StepState, item: ItemState) => string[];
}

/** The files of a step, each made when it is its turn: the run's, the outputs of an earlier step, or those of several joined by lineage. */
export function findStepFiles(request: StepFilesRequest): Result<Iterable<StepFile>, Problem> {
  const { inputs } = request.step;
  if (inputs === 'run') return ok(fromRun(request));
  if (inputs === 'previous') return ok(outputsOf(request, request.state.steps[request.index - 1]));
  if ('step' in inputs) return ok(outputsOf(request, stepNamed(request.state, inputs.step)));
  return join(request, inputs.steps);
}

function* fromRun({ step, runFiles }: StepFilesRequest): Generator<StepFile> {
  for (const { path, size, mtime_ms, relative_dir } of runFiles) {
    if (isWanted(step, path)) yield { file: path, size, mtime_ms, relative_dir, origin: path, skipped: false };
  }
}

/** Whether a step takes a file of this name; the case of suffixes makes no difference, as in the search for inputs. */
export function isWanted({ patterns }: Pick<Step, 'patterns'>, file: string): boolean {
  if (patterns === undefined) return true;
  const name = basename(file);
  return patterns.some((pattern) => matchesGlob(name, pattern)) || nameMatcherOf(patterns)(name);
}

/** Compiled once for each step: it is asked of every file. */
const matchers = new WeakMap<readonly string[], (name: string) => boolean>();

function nameMatcherOf(patterns: readonly string[]): (name: string) => boolean {
  const known = matchers.get(patterns);
  if (known !== undefined) return known;
  const made = nameMatcher(patterns);
  matchers.set(patterns, made);
  return made;
}

function stepNamed(state: RunState, name: string): StepState | undefined {
  return state.steps.find((step) => step.name === name);
}

function* outputsOf(request: StepFilesRequest, source: StepState | undefined): Generator<StepFile> {
  for (const item of source?.items ?? []) {
    const complete = item.status === 'complete';
    const outputs = complete || source === undefined ? item.outputs : request.declaredOutputs(source, item);
    for (const file of outputs) if (isWanted(request.step, file)) yield outputFile(file, item, !complete);
  }
}

function outputFile(file: string, item: ItemState, skipped: boolean): StepFile {
  const stats = skipped ? undefined : statSync(file, { throwIfNoEntry: false });
  const { relative_dir, origin } = item;
  return { file, size: stats?.size ?? 0, mtime_ms: stats?.mtimeMs ?? 0, relative_dir, origin, skipped };
}

/** One item per run file that has outputs in every joined step; the first word's file stands for the item. */
function join(request: StepFilesRequest, words: Readonly<Record<string, string>>): Result<StepFile[], Problem> {
  const sides = Object.entries(words).map(([word, name]) => ({
    word,
    files: Map.groupBy(outputsOf(request, stepNamed(request.state, name)), ({ origin }) => origin),
  }));
  const origins = new Set(sides.flatMap(({ files }) => [...files.keys()]));
  const joined: StepFile[] = [];
  for (const origin of origins) {
    const parts = sides.map(({ word, files }) => ({ word, files: files.get(origin) ?? [] }));
    const several = parts.find(({ files }) => files.length > 1);
    if (several !== undefined) return err(ambiguous(request.step.name, origin, several.word, several.files.length));
    joined.push(joinParts(origin, parts));
  }
  return ok(joined);
}

function joinParts(origin: string, parts: readonly { word: string; files: readonly StepFile[] }[]): StepFile {
  const present = parts.flatMap(({ word, files }) => files.map((file) => ({ word, file })));
  const files = present.map(({ file }) => file);
  return {
    file: origin,
    size: files.reduce((sum, { size }) => sum + size, 0),
    mtime_ms: Math.max(...files.map(({ mtime_ms }) => mtime_ms)),
    relative_dir: files[0]?.relative_dir ?? '',
    origin,
    joined: Object.fromEntries(present.map(({ word, file }) => [word, file.file])),
    skipped: present.length < parts.length || files.some(({ skipped }) => skipped),
  };
}

function ambiguous(step: string, origin: string, word: string, count: number): Problem {
  return problem(
    'invalid-pipeline',
    `Step "${step}" joins by the file each output comes from, but ${origin} has ${count} outputs for "${word}".`,
    'Add "patterns" to the step so that one output per file is left, or declare one output in the step before.',
  );
}
