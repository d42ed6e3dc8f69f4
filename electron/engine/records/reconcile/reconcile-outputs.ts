import { lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Difference } from '../../../../shared/contract/records.ts';
import { Column } from '../../../../shared/items/column.ts';
import type { ItemState } from '../../../../shared/items/item.ts';
import { PathColumn } from '../../../../shared/items/path-column.ts';
import { markOf, NO_MARK } from '../../../../shared/run/output-stamp.ts';
import type { ItemCounts } from '../../../../shared/run/run-events.ts';
import type { RunState, StepState } from '../../../../shared/run/run-model.ts';
import { hasEnded } from '../../../../shared/run/run-state.ts';
import { stampOf } from '../../outputs/output-files.ts';
import type { Metadata } from '../../run-directory/metadata-schema.ts';
import { outputPath } from '../../run-directory/paths.ts';
import { foldDifferences } from './reconcile-differences.ts';

/** After this many files the check yields to other work: checking 100,000 files takes most of a second. */
const FILES_PER_TURN = 2_000;

/** An output of a complete item as it was found on the disk. */
export interface SeenOutput {
  step: StepState;
  item: ItemState;
  path: string;
  /** Index of the output among the item's outputs, from 0. */
  output: number;
  /** Bytes, or entries of a folder; null if it does not exist. */
  size: number | null;
  /** Whether size and time are the same as when its item's result was decided; null if they were not recorded. */
  isAsMade: boolean | null;
}

/** The values of `isAsMade`. A column holds their indexes. */
const COMPARED: readonly SeenOutput['isAsMade'][] = [null, false, true];

/** All outputs as they were found. Only the results of the checks are kept here; everything else is in the run's state. */
export class SeenOutputs {
  readonly #state: RunState;
  readonly #directory: string;
  /** In the order of the outputs; NaN for an output that does not exist. */
  readonly #sizes = new Column(Float64Array);
  readonly #compared = new Column(Uint8Array);

  /** @param state must not change while this object is used */
  constructor(state: RunState, directory: string) {
    this.#state = state;
    this.#directory = directory;
  }

  get length(): number {
    return this.#sizes.length;
  }

  /** Checks every output of every complete item. @param note receives a text for each output that differs when the output has changed */
  async read(note: (seen: string) => void): Promise<void> {
    for (const { path, step, item, output } of this.#outputs()) {
      const stamp = stampOf(path);
      const mark = step.items.outputMarks(item.item)[output] ?? NO_MARK;
      const isAsMade = stamp === null || mark === NO_MARK ? null : markOf(stamp) === mark;
      this.#sizes.push(stamp?.size ?? Number.NaN);
      this.#compared.push(COMPARED.indexOf(isAsMade));
      note(`${path}\0${stamp?.size ?? '-'}\0${stamp?.mtime_ms ?? 0}\n`);
      if (this.length % FILES_PER_TURN === 0) await setImmediate();
    }
  }

  *[Symbol.iterator](): Generator<SeenOutput, void> {
    let place = 0;
    for (const output of this.#outputs()) {
      const size = this.#sizes.get(place);
      const isAsMade = COMPARED[this.#compared.get(place)] ?? null;
      place += 1;
      yield { ...output, size: Number.isNaN(size) ? null : size, isAsMade };
    }
  }

  *#outputs(): Generator<Omit<SeenOutput, 'size' | 'isAsMade'>, void> {
    for (const step of this.#state.steps) {
      for (const item of step.items) {
        if (item.status !== 'complete') continue;
        for (const [output, path] of item.outputs.entries())
          yield { step, item, output, path: outputPath(this.#directory, path) };
      }
    }
  }
}

/** Checks that each output exists, is not empty and belongs to one item only, and that complete items have all declared outputs. */
export function checkOutputs(outputs: Iterable<SeenOutput>, state: RunState, metadata: Metadata): Difference[] {
  // Each path once. The other columns hold its step and item at the same index.
  const paths = new PathColumn();
  const steps = new Column(Uint32Array);
  const items = new Column(Uint32Array);
  const missing: string[] = [];
  const empty: string[] = [];
  const shared: string[] = [];
  for (const { step, item, path, size } of outputs) {
    const label = (): string => `step ${step.step}: ${path} of ${item.file}`;
    const known = paths.find(path);
    if (known < 0) {
      paths.push(path);
      steps.push(step.step);
      items.push(item.item);
    } else if (steps.get(known) !== step.step || items.get(known) !== item.item) {
      const owner = state.steps[steps.get(known) - 1]?.items.at(items.get(known))?.file ?? '';
      shared.push(`${label()} is an output of ${owner} too`);
    }
    if (size === null) missing.push(`${label()} is not there${isBrokenLink(path) ? ': a broken link' : ''}`);
    if (size === 0) empty.push(`${label()} is empty`);
  }
  return [
    ...foldDifferences('output missing', missing),
    ...foldDifferences('output empty', empty),
    ...foldDifferences('output of two items', shared),
    ...foldDifferences('output not recorded', unrecorded(state, metadata)),
  ];
}

function isBrokenLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return false;
  }
}

function unrecorded(state: RunState, metadata: Metadata): string[] {
  return state.steps.flatMap((step) => {
    const declared = metadata.definition.steps[step.step - 1]?.outputs.length ?? 0;
    return step.items
      .values()
      .filter(({ item, status }) => status === 'complete' && step.items.outputCount(item) < declared)
      .map((item) => `step ${step.step}: ${item.file} has ${item.outputs.length} of ${declared} declared outputs`)
      .toArray();
  });
}

/** Checks that every input is counted once: as complete, failed, skipped or, if the run has not reached it, pending. */
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

function twice({ step, items }: StepState): string[] {
  return items
    .values()
    .filter(({ item, file }) => items.find(file) !== item)
    .map(({ file }) => `step ${step} has ${file} more than once`)
    .toArray();
}

/** Compares the counts of the fold, which are kept event by event, with a new count of the items. */
function wrongCounts(step: StepState): string[] {
  const counted: ItemCounts = { total: 0, complete: 0, failed: 0, pending: 0, running: 0, skipped: 0 };
  for (const { status } of step.items) {
    counted.total += 1;
    counted[status] += 1;
  }
  return (Object.keys(counted) as (keyof ItemCounts)[])
    .filter((key) => counted[key] !== step.counts[key])
    .map(
      (key) => `step ${step.step}: ${counted[key]} items ${key}, the journal's events add up to ${step.counts[key]}`,
    );
}

/** Finds items without an end. A stopped or failed run may leave items pending, other runs may not. No run may leave items running. */
function openItems(state: RunState, step: StepState): string[] {
  if (!hasEnded(state)) return [];
  const mayBePending = state.status === 'stopped' || state.status === 'failed';
  return step.items
    .values()
    .filter(({ status }) => status === 'running' || (status === 'pending' && !mayBePending))
    .map((item) => `step ${step.step}: ${item.file} is still ${item.status} though the run ended as ${state.status}`)
    .toArray();
}

/** A step that takes all files of the run must have exactly the inputs of metadata.json. */
function missingInputs(step: StepState, metadata: Metadata): Difference[] {
  const definition = metadata.definition.steps[step.step - 1];
  if (step.started === null || definition?.inputs !== 'run' || definition.patterns !== undefined) return [];
  const { items } = step;
  const named = new Uint8Array(items.length);
  const missing: string[] = [];
  for (const { path } of metadata.inputs) {
    const item = items.find(path);
    if (item >= 0) named[item] = 1;
    else missing.push(`step ${step.step} has no item for ${path}`);
  }
  const foreign = items
    .values()
    // Duplicates are reported by `twice`.
    .filter(({ item, file }) => named[item] === 0 && items.find(file) === item)
    .map(({ file }) => `step ${step.step} has ${file}, which metadata.json does not name`)
    .toArray();
  return [...foldDifferences('input not accounted for', missing), ...foldDifferences('item without input', foreign)];
}
