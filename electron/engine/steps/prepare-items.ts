import { statSync } from 'node:fs';
import { basename, matchesGlob } from 'node:path';
import { type FileRow, FileTable } from '../../../shared/items/file-table.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { ItemRecord, RunEventBody } from '../../../shared/run/run-events.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { nameMatcher } from '../inputs/glob-pattern.ts';

/** Items are journaled in lines of this many, so that no line grows without bound. */
const ITEMS_PER_EVENT = 1_000;

/** What has changed about an item that an earlier engine knew. */
interface ItemChange {
  reason: 'input-changed' | 'output-missing' | 'source-complete';
  detail: string;
}

/** New items and changes of known ones: the difference between the files of a step and its journal. */
export interface ItemPlan {
  /** The number of the first item that is added. */
  first: number;
  /** Files of new items. The maker of the plan sets their costs. */
  added: FileTable;
  skipped: number[];
  /** Each with the item's number, the file as it is now and its known cost; `stale` when that is a cost of another content. */
  changes: (ItemChange & { item: number; file: StepFile; cost: number; stale: boolean })[];
}

/** Returns the events that journal the items of a first step that takes the run's files. */
export function firstItems(step: Pick<Step, 'inputs' | 'patterns'>, files: Iterable<FileRow>): Generator<RunEventBody> {
  const wanted = Iterator.from(files).filter(({ file }) => isWanted(step, file));
  return itemsAdded(1, 0, step.inputs === 'run' ? wanted : []);
}

/**
 * Compares a step's files with its known items, by path, size and time of change.
 * @param lostOutput describes in words what happened to an output of a complete item; null while all outputs are there
 */
export function planItems(
  state: StepState,
  files: Iterable<StepFile>,
  lostOutput: (item: ItemState) => string | null,
): ItemPlan {
  const { items } = state;
  const plan: ItemPlan = { first: items.length, added: new FileTable(), skipped: [], changes: [] };
  for (const file of files) {
    const item = items.at(items.find(file.file));
    if (item === undefined) {
      if (file.skipped) plan.skipped.push(plan.first + plan.added.length);
      plan.added.push({ ...file, cost: 0 });
      continue;
    }
    const change = changeOf(item, file, lostOutput);
    const stale = item.size !== file.size || item.mtime_ms !== file.mtime_ms;
    if (change !== null) plan.changes.push({ ...change, item: item.item, file, cost: item.cost, stale });
    else if (file.skipped && item.status === 'pending') plan.skipped.push(item.item);
  }
  return plan;
}

/** Returns the events that bring the journal up to a plan. */
export function* itemEvents(step: number, plan: ItemPlan): Generator<RunEventBody> {
  yield* itemsAdded(step, plan.first, plan.added);
  for (const { item, reason, detail, file, cost } of plan.changes) {
    const records = [recordOf({ ...file, cost }, item)];
    yield { type: 'items-reset', step, items: [item], reason, detail, records };
  }
  if (plan.skipped.length > 0)
    yield { type: 'items-skipped', step, items: plan.skipped, reason: 'what it comes from has failed' };
}

function* itemsAdded(step: number, first: number, files: Iterable<FileRow>): Generator<RunEventBody> {
  let items: ItemRecord[] = [];
  let next = first;
  for (const file of files) {
    items.push(recordOf(file, next));
    next += 1;
    if (items.length < ITEMS_PER_EVENT) continue;
    yield { type: 'items', step, items };
    items = [];
  }
  if (items.length > 0) yield { type: 'items', step, items };
}

function changeOf(item: ItemState, file: StepFile, lostOutput: (item: ItemState) => string | null): ItemChange | null {
  if (file.skipped) return null;
  const { status } = item;
  if (status === 'skipped')
    return { reason: 'source-complete', detail: `what ${file.file} comes from is complete now` };
  const changed = describeChange(item, file);
  if (changed !== null && (status === 'complete' || status === 'failed' || status === 'pending'))
    return { reason: 'input-changed', detail: changed };
  const lost = status === 'complete' ? lostOutput(item) : null;
  return lost === null ? null : { reason: 'output-missing', detail: lost };
}

function describeChange(item: ItemState, file: StepFile): string | null {
  if (item.size !== file.size) return `${item.file} had ${item.size} bytes and has ${file.size} now`;
  if (item.mtime_ms === file.mtime_ms) return null;
  const [before, after] = [item.mtime_ms, file.mtime_ms].map((time) => new Date(time).toISOString());
  return `${item.file} was changed at ${after ?? ''} (before: ${before ?? ''})`;
}

function recordOf(row: FileRow, item: number): ItemRecord {
  const { file, size, mtime_ms, cost, relative_dir, joined, origin = file } = row;
  return { item, file, size, mtime_ms, cost, relative_dir, origin, ...(joined === undefined ? {} : { joined }) };
}

/** A file of a step, before its cost is known. */
interface StepFile {
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
  /** Returns the declared outputs of an item of an earlier step, for the descendants of items that failed. */
  declaredOutputs: (step: StepState, item: ItemState) => string[];
}

/** Returns the files of a step, each made when it is needed: the run's, the outputs of an earlier step, or those of several joined by lineage. */
export function findStepFiles(request: StepFilesRequest): Result<Iterable<StepFile>, Problem> {
  const { inputs } = request.step;
  if (inputs === 'run') return ok(fromRun(request));
  if (inputs === 'previous') return ok(outputsOf(request, request.state.steps[request.index - 1]));
  if ('step' in inputs) return ok(outputsOf(request, stepNamed(request.state, inputs.step)));
  return join(request, inputs.steps);
}

function* fromRun({ step, runFiles }: StepFilesRequest): Generator<StepFile> {
  for (const { path, size, mtime_ms, relative_dir } of runFiles)
    if (isWanted(step, path)) yield { file: path, size, mtime_ms, relative_dir, origin: path, skipped: false };
}

/** Returns whether a step takes a file of this name. The case of suffixes makes no difference, as in the search for inputs. */
export function isWanted({ patterns }: Pick<Step, 'patterns'>, file: string): boolean {
  if (patterns === undefined) return true;
  const name = basename(file);
  return patterns.some((pattern) => matchesGlob(name, pattern)) || nameMatcherOf(patterns)(name);
}

/** Compiled once for each step, because every file is checked. */
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

/** Makes one item per run file that has outputs in every joined step. The file of the first word represents the item. */
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
