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
import type { OutputLook } from './reconcile-outputs.ts';
import { rowReader } from './rows/rows-of-file.ts';
import { tableRows } from './rows/table-rows.ts';

const IDS_SUFFIX = '.ids.txt';
const FASTA = /\.(?:fa|fasta|fna|faa|ffn|fas)(?:\.gz)?$/i;
/** What a step took in and gave out, where the formats tell. */
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
  /** Steps whose inputs and outputs were too large to be counted now, with their bytes. */
  left: { step: number; bytes: number }[];
}

/** An output whose rows the format tells. */
interface CountedOutput {
  look: OutputLook;
  rows: number;
}

interface RowRequest {
  looks: Iterable<OutputLook>;
  metadata: Metadata;
  directory: string;
  /** Bytes of inputs and outputs per step that may be read for this; more is left for a later call. */
  mostBytes: number;
}

/**
 * Whether as many came out as went in. An output must be whole by its own words and have as many rows as the `.ids.txt` beside it has lines.
 * Where a step makes one row of each sequence, every output must have as many rows as its FASTA file has sequences, less those that the
 * worker reported as left out. A step counts as one that does so when it is costed by sequences, or when more than half of its outputs of
 * a kind are so: which outputs were meant that way no file says.
 */
export async function checkRows(request: RowRequest): Promise<RowFindings> {
  const found: RowFindings = { differences: [], counts: [], left: [] };
  for (const [step, { countable, ids }] of countableOutputs(request.looks)) {
    const costed = request.metadata.definition.steps[step - 1]?.cost === 'fasta-sequences';
    const inputs = costed ? [] : sequenceInputs(countable);
    const bytes = [...countable, ...inputs].reduce((total, { size }) => total + (size ?? 0), 0);
    if (bytes > request.mostBytes) found.left.push({ step, bytes });
    else await checkStep(request, step, { ids, countable, inputs, costed }, found);
  }
  return found;
}

/** What there is to count, by step: outputs whose rows the format tells, and the lists of ids that may lie beside them. */
function countableOutputs(looks: Iterable<OutputLook>): Map<number, Pick<StepRows, 'countable' | 'ids'>> {
  const steps = new Map<number, { countable: OutputLook[]; ids: Set<string> }>();
  for (const look of looks) {
    const { path, size, step } = look;
    const isIds = path.endsWith(IDS_SUFFIX) && size !== null;
    const isCountable = size !== null && size > 0 && rowReader(path) !== null;
    if (!isIds && !isCountable) continue;
    const found = steps.get(step.step) ?? { countable: [], ids: new Set() };
    steps.set(step.step, found);
    if (isIds) found.ids.add(path);
    if (isCountable) found.countable.push(look);
  }
  return steps;
}

function sequenceInputs(looks: readonly OutputLook[]): ItemState[] {
  const items = new Map(looks.map(({ item }) => [item.item, item]));
  return [...items.values()].filter(({ file }) => FASTA.test(file) && existsSync(file));
}

interface StepRows {
  /** Paths of lists of ids that are there. */
  ids: ReadonlySet<string>;
  countable: readonly OutputLook[];
  /** What is to be counted. */
  inputs: readonly ItemState[];
  /** Whether the items' costs are their sequences. */
  costed: boolean;
}

async function checkStep(request: RowRequest, step: number, of: StepRows, found: RowFindings): Promise<void> {
  const damaged: string[] = [];
  const counted: CountedOutput[] = [];
  for (const look of of.countable) {
    await setImmediate();
    const { rows, damage } = await readRows(look.path);
    if (damage !== null) damaged.push(`${look.path} ${damage}`);
    else if (rows !== null) counted.push({ look, rows });
  }
  const sequences = of.costed ? costedSequences(of.countable) : await countSequences(of.inputs);
  const expected = expectedRows(request, step, sequences);
  const uneven = [...(await againstIds(of.ids, counted)), ...againstSequences(counted, expected, of.costed)];
  found.differences.push(...foldDifferences('array not whole', damaged), ...foldDifferences('rows', uneven));
  // Several outputs of one item are several forms of the same rows: one of them is counted.
  const rows = new Map(
    counted.filter(({ look }) => sequences.has(look.item.item)).map(({ look, rows }) => [look.item.item, rows]),
  );
  if (rows.size === 0) return;
  const into = [...rows.keys()].map((item) => sequences.get(item) ?? 0);
  found.counts.push({ step, items: rows.size, sequences: sum(into), rows: sum([...rows.values()]) });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** By the numbers of the items. */
function costedSequences(looks: readonly OutputLook[]): Map<number, number> {
  return new Map(looks.map(({ item }) => [item.item, item.cost]));
}

/** A file that cannot be read is told like one that is damaged. */
async function readRows(path: string): Promise<{ rows: number | null; damage: string | null }> {
  try {
    return (await rowReader(path)?.(path)) ?? { rows: null, damage: null };
  } catch (error) {
    return { rows: null, damage: `cannot be read: ${messageOf(error)}` };
  }
}

async function againstIds(there: ReadonlySet<string>, counted: readonly CountedOutput[]): Promise<string[]> {
  const uneven: string[] = [];
  for (const { look, rows } of counted) {
    const beside = look.path.replace(/\.[^.]+$/, '') + IDS_SUFFIX;
    if (!there.has(beside)) continue;
    const ids = await tableRows(beside, 'ids');
    if (ids.rows !== null && ids.rows !== rows)
      uneven.push(`${look.path} has ${rows} rows, ${beside} ${ids.rows} lines`);
  }
  return uneven;
}

/** Sequences of each FASTA file by its item; one that cannot be read has none here. */
async function countSequences(inputs: readonly ItemState[]): Promise<Map<number, number>> {
  if (inputs.length === 0) return new Map();
  const { costs, problems } = await estimateCosts({ files: inputs, estimator: 'fasta-sequences', cache: null });
  const unread = new Set(problems.map(({ index }) => index));
  return new Map(inputs.flatMap((item, index) => (unread.has(index) ? [] : [[item.item, costs[index] ?? 0] as const])));
}

/** Sequences less those that were left out on purpose; the journal is read for these only where there are sequences. */
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

function againstSequences(
  counted: readonly CountedOutput[],
  expected: ReadonlyMap<number, number>,
  costed: boolean,
): string[] {
  const known = counted.filter(({ look }) => expected.has(look.item.item));
  return [...Map.groupBy(known, ({ look }) => kindOf(look)).values()].flatMap((outputs) => {
    const odd = outputs.filter(({ look, rows }) => rows !== expected.get(look.item.item));
    if (!costed && odd.length * 2 >= outputs.length) return [];
    return odd.map(
      ({ look, rows }) =>
        `${look.path} has ${rows} rows, ${look.item.file} ${expected.get(look.item.item) ?? 0} sequences`,
    );
  });
}

/** Outputs of a step that are alike: what follows the input's stem in their names. */
function kindOf({ path, item }: OutputLook): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const stem = item.file.slice(item.file.lastIndexOf('/') + 1).replace(FASTA, '');
  return name.startsWith(stem) ? name.slice(stem.length) : (name.match(/\.[^.]+$/)?.[0] ?? '');
}
