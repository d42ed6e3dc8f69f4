import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Difference } from '../../../../shared/contract/records.ts';
import type { ItemState } from '../../../../shared/items/item.ts';
import { messageOf } from '../../../../shared/message-of.ts';
import { estimateCosts } from '../../cost/estimate-costs.ts';
import type { Metadata } from '../../run-directory/metadata-schema.ts';
import { journalFile } from '../../run-directory/paths.ts';
import { forEachLine, parseEvent } from '../../run-directory/read-journal.ts';
import { leftOut } from './left-out.ts';
import { foldDifferences } from './reconcile-differences.ts';
import type { SeenOutput } from './reconcile-outputs.ts';
import { rowReader } from './rows/rows-of-file.ts';
import { tableRows } from './rows/table-rows.ts';

const IDS_SUFFIX = '.ids.txt';
const FASTA = /\.(?:fa|fasta|fna|faa|ffn|fas)(?:\.gz)?$/i;
/** Numbers of sequences that went into a step and of rows that came out, for formats that can be counted. */
export interface RowCount {
  step: number;
  /** Items whose input and one output could be counted. */
  items: number;
  sequences: number;
  rows: number;
}

interface RowFindings {
  differences: Difference[];
  counts: RowCount[];
  /** Steps whose inputs and outputs were too large to be counted now, with their sizes in bytes. */
  left: { step: number; bytes: number }[];
}

/** An output whose rows were counted. */
interface CountedOutput {
  seen: SeenOutput;
  rows: number;
}

interface RowRequest {
  outputs: Iterable<SeenOutput>;
  metadata: Metadata;
  directory: string;
  /** Bytes of inputs and outputs per step that may be read to count. A larger step is left for a later call. */
  mostBytes: number;
}

/**
 * Checks that as many rows came out as sequences went in. An output must be complete by its own header and have as many rows as the `.ids.txt`
 * beside it has lines. If a step makes one row of each sequence, every output must have as many rows as its FASTA file has sequences, minus
 * those that the worker reported as left out. A step counts as such a step if its cost is the number of sequences, or if more than half of
 * its outputs of one kind match: no file states which outputs are meant that way.
 */
export async function checkRows(request: RowRequest): Promise<RowFindings> {
  const found: RowFindings = { differences: [], counts: [], left: [] };
  for (const [step, { countable, ids }] of countableOutputs(request.outputs)) {
    const costed = request.metadata.definition.steps[step - 1]?.cost === 'fasta-sequences';
    const inputs = costed ? [] : sequenceInputs(countable);
    const bytes = [...countable, ...inputs].reduce((total, { size }) => total + (size ?? 0), 0);
    if (bytes > request.mostBytes) found.left.push({ step, bytes });
    else await checkStep(request, step, { ids, countable, inputs, costed }, found);
  }
  return found;
}

/** Finds what can be counted, by step: outputs in a format with rows, and the lists of ids that may lie beside them. */
function countableOutputs(outputs: Iterable<SeenOutput>): Map<number, Pick<StepRows, 'countable' | 'ids'>> {
  const steps = new Map<number, { countable: SeenOutput[]; ids: Set<string> }>();
  for (const seen of outputs) {
    const { path, size, step } = seen;
    const isIds = path.endsWith(IDS_SUFFIX) && size !== null;
    const isCountable = size !== null && size > 0 && rowReader(path) !== null;
    if (!isIds && !isCountable) continue;
    const found = steps.get(step.step) ?? { countable: [], ids: new Set() };
    steps.set(step.step, found);
    if (isIds) found.ids.add(path);
    if (isCountable) found.countable.push(seen);
  }
  return steps;
}

function sequenceInputs(outputs: readonly SeenOutput[]): ItemState[] {
  const items = new Map(outputs.map(({ item }) => [item.item, item]));
  return [...items.values()].filter(({ file }) => FASTA.test(file) && existsSync(file));
}

interface StepRows {
  /** Paths of the lists of ids that exist. */
  ids: ReadonlySet<string>;
  countable: readonly SeenOutput[];
  /** Inputs whose sequences have to be counted. */
  inputs: readonly ItemState[];
  /** Whether the items' costs are their sequences. */
  costed: boolean;
}

async function checkStep(request: RowRequest, step: number, of: StepRows, found: RowFindings): Promise<void> {
  const damaged: string[] = [];
  const counted: CountedOutput[] = [];
  for (const seen of of.countable) {
    await setImmediate();
    const { rows, damage } = await readRows(seen.path);
    if (damage !== null) damaged.push(`${seen.path} ${damage}`);
    else if (rows !== null) counted.push({ seen, rows });
  }
  const sequences = of.costed ? costedSequences(of.countable) : await countSequences(of.inputs);
  const expected = expectedRows(request, step, sequences);
  const uneven = [...(await compareWithIds(of.ids, counted)), ...compareWithSequences(counted, expected, of.costed)];
  found.differences.push(...foldDifferences('array not whole', damaged), ...foldDifferences('rows', uneven));
  // Several outputs of one item hold the same rows in several formats: only one of them is counted.
  const rows = new Map(
    counted.filter(({ seen }) => sequences.has(seen.item.item)).map(({ seen, rows }) => [seen.item.item, rows]),
  );
  if (rows.size === 0) return;
  const into = [...rows.keys()].map((item) => sequences.get(item) ?? 0);
  found.counts.push({ step, items: rows.size, sequences: sum(into), rows: sum([...rows.values()]) });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Returns the sequences by the items' numbers. */
function costedSequences(outputs: readonly SeenOutput[]): Map<number, number> {
  return new Map(outputs.map(({ item }) => [item.item, item.cost]));
}

/** Reads the rows of a file. A file that cannot be read is reported as damaged. */
async function readRows(path: string): Promise<{ rows: number | null; damage: string | null }> {
  try {
    return (await rowReader(path)?.(path)) ?? { rows: null, damage: null };
  } catch (error) {
    return { rows: null, damage: `cannot be read: ${messageOf(error)}` };
  }
}

async function compareWithIds(there: ReadonlySet<string>, counted: readonly CountedOutput[]): Promise<string[]> {
  const uneven: string[] = [];
  for (const { seen, rows } of counted) {
    const beside = seen.path.replace(/\.[^.]+$/, '') + IDS_SUFFIX;
    if (!there.has(beside)) continue;
    const ids = await tableRows(beside, 'ids');
    if (ids.rows !== null && ids.rows !== rows)
      uneven.push(`${seen.path} has ${rows} rows, ${beside} ${ids.rows} lines`);
  }
  return uneven;
}

/** Counts the sequences of each FASTA file, by item. A file that cannot be read has no entry. */
async function countSequences(inputs: readonly ItemState[]): Promise<Map<number, number>> {
  if (inputs.length === 0) return new Map();
  const { costs, problems } = await estimateCosts({ files: inputs, estimator: 'fasta-sequences', cache: null });
  const unread = new Set(problems.map(({ index }) => index));
  return new Map(inputs.flatMap((item, index) => (unread.has(index) ? [] : [[item.item, costs[index] ?? 0] as const])));
}

/** Returns the sequences minus those that were left out on purpose. The journal is only read if there are sequences. */
function expectedRows(request: RowRequest, step: number, sequences: Map<number, number>): Map<number, number> {
  if (sequences.size === 0) return sequences;
  const expected = new Map(sequences);
  if (!existsSync(journalFile(request.directory))) return expected;
  forEachLine(journalFile(request.directory), (line) => {
    if (!line.includes('"metrics"')) return;
    const event = parseEvent(line);
    if (event?.type !== 'item-complete' || event.step !== step) return;
    const count = sequences.get(event.item);
    if (count !== undefined) expected.set(event.item, count - leftOut(event.metrics ?? {}));
  });
  return expected;
}

function compareWithSequences(
  counted: readonly CountedOutput[],
  expected: ReadonlyMap<number, number>,
  costed: boolean,
): string[] {
  const known = counted.filter(({ seen }) => expected.has(seen.item.item));
  return [...Map.groupBy(known, ({ seen }) => kindOf(seen)).values()].flatMap((outputs) => {
    const odd = outputs.filter(({ seen, rows }) => rows !== expected.get(seen.item.item));
    if (!costed && odd.length * 2 >= outputs.length) return [];
    return odd.map(
      ({ seen, rows }) =>
        `${seen.path} has ${rows} rows, ${seen.item.file} ${expected.get(seen.item.item) ?? 0} sequences`,
    );
  });
}

/** Returns the kind of an output: the part of its name after the input's stem. */
function kindOf({ path, item }: SeenOutput): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const stem = item.file.slice(item.file.lastIndexOf('/') + 1).replace(FASTA, '');
  return name.startsWith(stem) ? name.slice(stem.length) : (name.match(/\.[^.]+$/)?.[0] ?? '');
}
