import { lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Difference } from '../../../shared/contract/records.ts';
import { Column } from '../../../shared/items/column.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import { PathColumn } from '../../../shared/items/path-column.ts';
import { markOf, NO_MARK } from '../../../shared/run/output-stamp.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { outputPath } from '../run-directory/paths.ts';
import { stampOf } from '../steps/output-files.ts';
import { foldDifferences } from './reconcile-differences.ts';

/** After so many files others get their turn: looking at 100,000 files takes most of a second. */
const FILES_PER_TURN = 2_000;

/** An output of a complete item as it lies on the disk. */
export interface OutputLook {
  step: StepState;
  item: ItemState;
  path: string;
  /** Which of the item's outputs, from 0. */
  output: number;
  /** Bytes, or entries of a folder; null when it is not there. */
  size: number | null;
  /** Whether it is what it was when its item was judged, by size and time; null where nothing was noted. */
  isAsMade: boolean | null;
}

/** How an output compares with what was noted, as numbers: what a column holds. */
const COMPARED: readonly OutputLook['isAsMade'][] = [null, false, true];

/** What was seen of all outputs: their sizes are kept, all else is in the run's state. */
export class OutputLooks {
  readonly #state: RunState;
  readonly #directory: string;
  /** In the order of the outputs; NaN for one that is not there. */
  readonly #sizes = new Column(Float64Array);
  readonly #compared = new Column(Uint8Array);

  /** @param state as long as it does not change, this holds */
  constructor(state: RunState, directory: string) {
    this.#state = state;
    this.#directory = directory;
  }

  get length(): number {
    return this.#sizes.length;
  }

  /** Looks at every output of every complete item. @param note is told what would show that an output has changed */
  async take(note: (seen: string) => void): Promise<void> {
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

  *[Symbol.iterator](): Generator<OutputLook, void> {
    let place = 0;
    for (const output of this.#outputs()) {
      const size = this.#sizes.get(place);
      const isAsMade = COMPARED[this.#compared.get(place)] ?? null;
      place += 1;
      yield { ...output, size: Number.isNaN(size) ? null : size, isAsMade };
    }
  }

  *#outputs(): Generator<Omit<OutputLook, 'size' | 'isAsMade'>, void> {
    for (const step of this.#state.steps) {
      for (const item of step.items) {
        if (item.status !== 'complete') continue;
        for (const [output, path] of item.outputs.entries())
          yield { step, item, output, path: outputPath(this.#directory, path) };
      }
    }
  }
}

/** Whether each output is there, not empty, and of one item only, and whether complete items have outputs where they must. */
export function checkOutputs(looks: Iterable<OutputLook>, state: RunState, metadata: Metadata): Difference[] {
  // Each path once; which item of which step has it stands at the same place of the others.
  const paths = new PathColumn();
  const steps = new Column(Uint32Array);
  const items = new Column(Uint32Array);
  const missing: string[] = [];
  const empty: string[] = [];
  const shared: string[] = [];
  for (const { step, item, path, size } of looks) {
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
