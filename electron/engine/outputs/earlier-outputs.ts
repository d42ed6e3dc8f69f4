import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ReplacedResults } from '../../../shared/contract/launch.ts';
import { count } from '../../../shared/format.ts';
import { Column } from '../../../shared/items/column.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import { PathColumn } from '../../../shared/items/path-column.ts';
import type { ParameterValue, Pipeline, Step } from '../../../shared/pipeline/pipeline.ts';
import { NO_MARK } from '../../../shared/run/output-stamp.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import { foldedName, idOf, liesIn, overlap, placeOf } from '../files/folder-places.ts';
import { readMetadata } from '../run-directory/metadata.ts';
import { readMetadataHead } from '../run-directory/metadata-head.ts';
import { journalFile, metadataFile, outputPath } from '../run-directory/paths.ts';
import { readJournal } from '../run-directory/read-journal.ts';
import { listRunPlaces, type RunPlace } from '../run-directory/run-places.ts';
import { isAsMade } from './output-files.ts';

/** The number of runs that are listed by name; more are counted. */
const NAMED_RUNS = 3;

/** What decides the results of a run: two runs with equal work make equal results from equal inputs. */
interface Work {
  definition: Pipeline;
  parameters: Readonly<Record<string, ParameterValue>>;
}

/** The run file of an item, as it was read: a file that was written again is another input, as for a resume. */
interface Origin {
  file: string;
  size: number;
  mtime_ms: number;
}

/** An item that is pending or complete. */
export interface ItemInQuestion {
  /** Absolute. */
  readonly outputs: readonly string[];
  /** null where it is unknown: then no existing output counts as made from the same input. */
  readonly origin: Origin | null;
  /** Whether the asking run has begun the item: an existing output may be its own. */
  readonly wasBegun?: boolean;
}

export interface OutputsInQuestion {
  items: Iterable<ItemInQuestion>;
  work: Work;
  /** The folder of all runs. */
  runs: string;
  /** The folder of the outputs, absolute. */
  folder: string;
  /** The asking run; its own outputs are not searched. */
  self?: string;
  /** Whether a file is excluded. */
  isLeftOut?: (path: string) => boolean;
  /** Whether a file without a run is in nobody's way, because it will be kept beside the new output. */
  isKept?: (path: string) => boolean;
  /** Whether runs older than the asking one count only where their results are unchanged. */
  isMadeAlready?: boolean;
}

/** Existing files at the places of outputs that would not be made equal again. */
export interface ExistingOutputs {
  /** Results of other runs with other work, the newest run first. */
  results: ReplacedResults[];
  /** The same for results that were changed by someone since. */
  changed: ReplacedResults[];
  /** Files that no run made: how many, and the first; null when there are none. */
  foreign: { count: number; first: string } | null;
  /** Files that no run made and that will be kept. */
  kept: ReadonlySet<string>;
  /** Whether the file at a path is a result of another run with other work. */
  isOthers: (path: string) => boolean;
  /** Returns the run that made the file at a path, with any work; null when no run did or it was changed since. */
  madeBy: (path: string) => RunPlace | null;
}

const NOTHING: ExistingOutputs = {
  results: [],
  changed: [],
  foreign: null,
  kept: new Set(),
  isOthers: () => false,
  madeBy: () => null,
};

/** No run has claimed the file yet. */
const NOBODY = -1;
/** The strength of a claim: by the journal alone, or because the file is unchanged since the run made it. */
const CLAIMED = 1;
const AS_MADE = 2;
/** The verdict of a claim. */
const OTHER_WORK = 1;
const SAME_WORK = 2;
const CHANGED = 3;

/**
 * Finds the existing files at the places of outputs, and the run of each. A file belongs to the run that made it in its present state. Without
 * a recorded state, or without such a run, it belongs to the newest run that wrote it. Earlier runs are read only when there are such files.
 */
export function findExistingOutputs(question: OutputsInQuestion): ExistingOutputs {
  const existing = new FileClaims(question);
  if (existing.length === 0) return NOTHING;
  const others = runsWritingTo(question.runs, question.folder).filter(({ run }) => run !== question.self);
  for (const [index, place] of others.entries()) existing.addClaims(index, place);
  return existing.judge(others);
}

/** Returns the runs with results in a folder, or in one above or below it: in their given folder or their own. */
export function runsWritingTo(runs: string, folder: string): RunPlace[] {
  const place = placeOf(folder);
  const isInRuns = liesIn(place, placeOf(runs));
  // Many runs write to one folder.
  const known = new Map<string, boolean>();
  const reaches = (output: string): boolean => {
    const reached = known.get(output) ?? overlap(placeOf(output), place);
    known.set(output, reached);
    return reached;
  };
  return listRunPlaces(runs).filter(({ directory }) => {
    const head = readMetadataHead(metadataFile(directory));
    if (head.ok && head.value.output_dir !== null && reaches(head.value.output_dir)) return true;
    return isInRuns && liesIn(place, placeOf(directory));
  });
}

/** Returns the run file of a name, with the size and time that it had for the steps of a run. */
export function findOrigin(steps: readonly StepState[], file: string): Origin | null {
  for (const { items } of steps) {
    const item = items.find(file);
    // A join is listed under the name of its file and has the size of its parts.
    if (item >= 0 && items.joined(item) === undefined)
      return { file, size: items.size(item), mtime_ms: items.mtime(item) };
  }
  return null;
}

/** The existing files and the claims of runs to them, in columns, because there may be a million. */
class FileClaims {
  readonly #question: OutputsInQuestion;
  readonly #files = new ExistingFiles();
  readonly #keys = new PathColumn();
  readonly #paths = new PathColumn();
  readonly #origins = new PathColumn();
  readonly #sizes = new Column(Float64Array);
  readonly #times = new Column(Float64Array);
  readonly #begun = new Column(Uint8Array);
  readonly #claimants = new Column(Int32Array);
  readonly #strengths = new Column(Uint8Array);
  readonly #verdicts = new Column(Uint8Array);

  constructor(question: OutputsInQuestion) {
    this.#question = question;
    for (const item of question.items) for (const path of item.outputs) this.#addFile(path, item);
  }

  get length(): number {
    return this.#keys.length;
  }

  /** Records the claims of a run. */
  addClaims(index: number, place: RunPlace): void {
    const made = readMade(place.directory);
    if (made === null) return;
    const { steps, work } = made;
    const { self, isMadeAlready = false } = this.#question;
    const mustBeSure = isMadeAlready && self !== undefined && place.run < self;
    const claimant = { index, directory: place.directory, steps, mustBeSure };
    const isSameWork = work !== null && equalWork(work, this.#question.work);
    for (const step of steps) {
      for (const item of step.items)
        if (item.status === 'complete') this.#takeClaims({ ...claimant, isSameWork }, step, item);
    }
  }

  /** Combines all claims into the result. @param places the runs by their indices in the claims */
  judge(places: readonly RunPlace[]): ExistingOutputs {
    const results = new Map<number, ReplacedResults>();
    const changed = new Map<number, ReplacedResults>();
    const foreign = { count: 0, first: '' };
    const kept = new Set<string>();
    for (let at = 0; at < this.length; at += 1) {
      const claimant = this.#claimants.get(at);
      const verdict = this.#verdicts.get(at);
      // What a run left of its own attempts is no result of another run.
      const mayBeOwn = this.#begun.get(at) === 1 && verdict !== OTHER_WORK;
      if (verdict === SAME_WORK || mayBeOwn) continue;
      const place = places[claimant];
      const first = this.#paths.get(at);
      if (place !== undefined) addResult(verdict === CHANGED ? changed : results, claimant, place, first);
      else if (this.#question.isKept?.(first) === true) kept.add(first);
      else if (foreign.count === 0) Object.assign(foreign, { count: 1, first });
      else foreign.count += 1;
    }
    const isOthers = (path: string): boolean => {
      const at = this.#place(path);
      return at >= 0 && this.#verdicts.get(at) === OTHER_WORK;
    };
    const madeBy = (path: string): RunPlace | null => {
      const at = this.#place(path);
      const isMade = at >= 0 && this.#verdicts.get(at) !== CHANGED;
      return isMade ? (places[this.#claimants.get(at)] ?? null) : null;
    };
    return {
      results: inOrder(results),
      changed: inOrder(changed),
      foreign: foreign.count === 0 ? null : foreign,
      kept,
      isOthers,
      madeBy,
    };
  }

  #place(path: string): number {
    const key = this.#files.keyOf(path);
    return key === null ? -1 : this.#keys.find(key);
  }

  #addFile(path: string, { origin, wasBegun = false }: ItemInQuestion): void {
    const key = this.#files.keyOf(path);
    if (key === null || this.#question.isLeftOut?.(path) === true) return;
    this.#keys.push(key);
    this.#paths.push(path);
    this.#origins.push(origin?.file ?? '');
    this.#sizes.push(origin?.size ?? Number.NaN);
    this.#times.push(origin?.mtime_ms ?? Number.NaN);
    this.#begun.push(wasBegun ? 1 : 0);
    this.#claimants.push(NOBODY);
    this.#strengths.push(0);
    this.#verdicts.push(0);
  }

  #takeClaims(claimant: Claimant, step: StepState, item: ItemState): void {
    const marks = step.items.outputMarks(item.item);
    for (const [place, output] of item.outputs.entries()) {
      const path = outputPath(claimant.directory, output);
      const at = this.#place(path);
      if (at < 0 || this.#strengths.get(at) === AS_MADE) continue;
      const asMade = isAsMade(path, marks[place] ?? NO_MARK);
      // Newer runs come first: the claim of a later one counts only when the file is unchanged since that run made it.
      if (asMade !== true && (claimant.mustBeSure || this.#strengths.get(at) === CLAIMED)) continue;
      const isSame = claimant.isSameWork && this.#isOrigin(at, findOrigin(claimant.steps, item.origin));
      this.#claimants.set(at, claimant.index);
      this.#strengths.set(at, asMade === true ? AS_MADE : CLAIMED);
      this.#verdicts.set(at, asMade === false ? CHANGED : isSame ? SAME_WORK : OTHER_WORK);
    }
  }

  /** Whether the output at an index would be made from exactly this file. */
  #isOrigin(at: number, origin: Origin | null): boolean {
    if (origin === null || origin.file !== this.#origins.get(at)) return false;
    return origin.size === this.#sizes.get(at) && origin.mtime_ms === this.#times.get(at);
  }
}

/** A run that claims files. */
interface Claimant {
  index: number;
  directory: string;
  steps: readonly StepState[];
  isSameWork: boolean;
  /** Whether its claim counts only for files that are unchanged since it made them. */
  mustBeSure: boolean;
}

function addResult(found: Map<number, ReplacedResults>, claimant: number, place: RunPlace, first: string): void {
  const known = found.get(claimant);
  const { run, pipeline } = place;
  if (known === undefined) found.set(claimant, { run, pipeline, count: 1, first });
  else known.count += 1;
}

function inOrder(found: Map<number, ReplacedResults>): ReplacedResults[] {
  return [...found.entries()].sort(([a], [b]) => a - b).map(([, one]) => one);
}

/** Reads the work and steps of a run: null for a damaged one. Without metadata, only the work is unknown. */
function readMade(directory: string): { work: Work | null; steps: StepState[] } | null {
  try {
    const { state } = readJournal(journalFile(directory));
    const metadata = readMetadata(directory);
    return { work: metadata.ok ? metadata.value : null, steps: state.steps };
  } catch {
    return null;
  }
}

/** Whether two runs make equal results from equal inputs. The number of workers and of attempts does not matter. */
function equalWork(a: Work, b: Work): boolean {
  return (
    a.definition.name === b.definition.name &&
    isDeepStrictEqual({ ...a.parameters }, { ...b.parameters }) &&
    isDeepStrictEqual(a.definition.steps.map(makes), b.definition.steps.map(makes))
  );
}

/** Returns the parts of a step that decide its results. */
function makes({ name, inputs, patterns, command, env, cwd, outputs }: Step): unknown {
  return { name, inputs, patterns: patterns ?? null, command, env, cwd: cwd ?? null, outputs };
}

/** The content of a folder when it was first read. */
interface Listing {
  id: string;
  /** null where they cannot be read: then each file is checked individually. */
  names: ReadonlySet<string> | null;
  /** The names by their form without case; created when it is needed. */
  folded: ReadonlyMap<string, string> | null;
}

/**
 * Finds existing files. Each folder is listed once, so that 100,000 outputs do not need 100,000 system calls. A file has one key for all forms
 * of its path: through links, mounts, or in other letters where the file system ignores case.
 */
export class ExistingFiles {
  readonly #listings = new Map<string, Listing | null>();

  /** Returns the key of the file at an absolute path; null when there is none. */
  keyOf(path: string): string | null {
    const listing = this.#listing(dirname(path));
    if (listing === null) return null;
    const name = realName(listing, path);
    return name === null ? null : `${listing.id}/${name}`;
  }

  #listing(folder: string): Listing | null {
    const known = this.#listings.get(folder);
    if (known !== undefined) return known;
    const listing = list(folder);
    this.#listings.set(folder, listing);
    return listing;
  }
}

function list(folder: string): Listing | null {
  const id = idOf(folder);
  if (id === null) return null;
  try {
    return { id, names: new Set(readdirSync(folder)), folded: null };
  } catch {
    return { id, names: null, folded: null };
  }
}

/** Returns the name that the folder has for a path: usually the name in the path. */
function realName(listing: Listing, path: string): string | null {
  const name = basename(path);
  if (listing.names === null) return isThere(path) ? name : null;
  if (listing.names.has(name)) return name;
  listing.folded ??= new Map(Array.from(listing.names, (one) => [foldedName(one), one]));
  const other = listing.folded.get(foldedName(name));
  return other !== undefined && isThere(path) ? other : null;
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Describes the existing files; returns null when there are none. */
export function describeExisting({ results, changed, foreign }: ExistingOutputs, becomes: string): string | null {
  const sentences: string[] = [];
  if (results.length > 0) sentences.push(`${namedRuns(results)} ${becomes}, such as ${results[0]?.first ?? ''}.`);
  if (changed.length > 0) {
    const such = `such as ${changed[0]?.first ?? ''}`;
    sentences.push(`${namedRuns(changed)} ${becomes} that somebody has changed since, ${such}.`);
  }
  if (foreign !== null) {
    const more = foreign.count === 1 ? '' : ` (and ${count(foreign.count - 1)} more)`;
    sentences.push(`The output ${foreign.first} exists already, and no earlier run made it${more}.`);
  }
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** `13 results of run X (kmer-embedding)`, with the other runs after it. */
export function namedRuns(found: readonly ReplacedResults[]): string {
  const named = found.slice(0, NAMED_RUNS).map(({ run, pipeline, count: there }, index) => {
    const results = index > 0 ? '' : there === 1 ? ' result' : ' results';
    return `${count(there)}${results} of run ${run} (${pipeline})`;
  });
  const rest = found.slice(NAMED_RUNS);
  const others = rest.reduce((sum, one) => sum + one.count, 0);
  if (rest.length > 0) named.push(`${count(others)} of ${rest.length} more runs`);
  return named.length === 1 ? (named[0] ?? '') : `${named.slice(0, -1).join(', ')} and ${named.at(-1) ?? ''}`;
}
