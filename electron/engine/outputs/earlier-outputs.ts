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

/** Runs are named one by one up to this many; more are counted. */
const NAMED_RUNS = 3;

/** What makes results the same: two runs with equal work make the same of the same input. */
interface Work {
  definition: Pipeline;
  parameters: Readonly<Record<string, ParameterValue>>;
}

/** The run file that an item comes from, as it was taken: one that was written again is another input, as for a resume. */
interface Origin {
  file: string;
  size: number;
  mtime_ms: number;
}

/** An item that is to be done, or was done. */
export interface ItemInQuestion {
  /** Absolute. */
  readonly outputs: readonly string[];
  /** null where it is not known: then nothing is known to be made of the same. */
  readonly origin: Origin | null;
  /** The run that asks has been at it already: what stands there may be what it left. */
  readonly wasBegun?: boolean;
}

export interface OutputsInQuestion {
  items: Iterable<ItemInQuestion>;
  work: Work;
  /** The folder of all runs. */
  runs: string;
  /** The folder that the outputs lie in, absolute. */
  folder: string;
  /** The run that asks: its own outputs are no question. */
  self?: string;
  /** Files that are to be left out of the question. */
  isLeftOut?: (path: string) => boolean;
  /** Files that stand in nobody's way where no run claims them, as they will be kept beside what is made. */
  isKept?: (path: string) => boolean;
  /** Older runs than the one that asks count only where their results stand as they made them. */
  isMadeAlready?: boolean;
}

/** What stands where outputs are to go and is not what would be made anyway. */
export interface StandingOutputs {
  /** Results of other runs, of other work, the newest run first. */
  results: ReplacedResults[];
  /** The same where somebody has changed them since. */
  changed: ReplacedResults[];
  /** Files that no run made: how many, and the first; null when there are none. */
  foreign: { count: number; first: string } | null;
  /** Files that no run made and that are to be kept. */
  kept: ReadonlySet<string>;
  /** Whether what stands at a path is a result of another run, of other work. */
  isOthers: (path: string) => boolean;
  /** The run that made what stands at a path, whatever its work; null where none did or somebody has changed it since. */
  madeBy: (path: string) => RunPlace | null;
}

const NOTHING: StandingOutputs = {
  results: [],
  changed: [],
  foreign: null,
  kept: new Set(),
  isOthers: () => false,
  madeBy: () => null,
};

/** Nobody has claimed a file yet. */
const NOBODY = -1;
/** How sure a claim is: by the journal alone, or as the file is what the run made. */
const CLAIMED = 1;
const AS_MADE = 2;
/** What a claim says. */
const OTHER_WORK = 1;
const SAME_WORK = 2;
const CHANGED = 3;

/**
 * Looks at what stands where outputs are to go, and whose it is. A file is the result of the run that made it as it is now; where nothing
 * was noted or none made it so, of the newest run that wrote there. Earlier runs are looked through only when something stands in the way.
 */
export function findStandingOutputs(question: OutputsInQuestion): StandingOutputs {
  const standing = new Standing(question);
  if (standing.length === 0) return NOTHING;
  const others = runsWritingTo(question.runs, question.folder).filter(({ run }) => run !== question.self);
  for (const [index, place] of others.entries()) standing.ask(index, place);
  return standing.judge(others);
}

/** The runs whose results lie in a folder, or in one above or below it: in the folder that they were given or their own. */
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

/** The run file of a name, with the size and time that the steps of a run have taken it with. */
export function findOrigin(steps: readonly StepState[], file: string): Origin | null {
  for (const { items } of steps) {
    const item = items.find(file);
    // A join stands under the name of its file and has the size of its parts.
    if (item >= 0 && items.joined(item) === undefined)
      return { file, size: items.size(item), mtime_ms: items.mtime(item) };
  }
  return null;
}

/** The files that stand in the way, in columns, as there may be a million of them. */
class Standing {
  readonly #question: OutputsInQuestion;
  readonly #files = new StandingFiles();
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
    for (const item of question.items) for (const path of item.outputs) this.#look(path, item);
  }

  get length(): number {
    return this.#keys.length;
  }

  /** Takes down what a run claims of them. */
  ask(index: number, place: RunPlace): void {
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

  /** What all claims come to. @param places the runs by the numbers that they were asked with */
  judge(places: readonly RunPlace[]): StandingOutputs {
    const results = new Map<number, ReplacedResults>();
    const changed = new Map<number, ReplacedResults>();
    const foreign = { count: 0, first: '' };
    const kept = new Set<string>();
    for (let at = 0; at < this.length; at += 1) {
      const claimant = this.#claimants.get(at);
      const verdict = this.#verdicts.get(at);
      // What a run left of its own attempts is nobody's result.
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

  #look(path: string, { origin, wasBegun = false }: ItemInQuestion): void {
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
      // Runs are asked newest first: a later word counts only when it is a sure one.
      if (asMade !== true && (claimant.mustBeSure || this.#strengths.get(at) === CLAIMED)) continue;
      const isSame = claimant.isSameWork && this.#isOrigin(at, findOrigin(claimant.steps, item.origin));
      this.#claimants.set(at, claimant.index);
      this.#strengths.set(at, asMade === true ? AS_MADE : CLAIMED);
      this.#verdicts.set(at, asMade === false ? CHANGED : isSame ? SAME_WORK : OTHER_WORK);
    }
  }

  /** Whether what stands at a place is to be made of this very file. */
  #isOrigin(at: number, origin: Origin | null): boolean {
    if (origin === null || origin.file !== this.#origins.get(at)) return false;
    return origin.size === this.#sizes.get(at) && origin.mtime_ms === this.#times.get(at);
  }
}

/** A run that says what it made. */
interface Claimant {
  index: number;
  directory: string;
  steps: readonly StepState[];
  isSameWork: boolean;
  /** Its word counts only for what stands as it made it. */
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

/** A damaged run has made nothing that is known: null. Of one without metadata only the work is not known. */
function readMade(directory: string): { work: Work | null; steps: StepState[] } | null {
  try {
    const { state } = readJournal(journalFile(directory));
    const metadata = readMetadata(directory);
    return { work: metadata.ok ? metadata.value : null, steps: state.steps };
  } catch {
    return null;
  }
}

/** Whether two runs make the same of the same input. How many workers there are and how often they try changes no result. */
function equalWork(a: Work, b: Work): boolean {
  return (
    a.definition.name === b.definition.name &&
    isDeepStrictEqual({ ...a.parameters }, { ...b.parameters }) &&
    isDeepStrictEqual(a.definition.steps.map(makes), b.definition.steps.map(makes))
  );
}

/** What of a step decides what it makes. */
function makes({ name, inputs, patterns, command, env, cwd, outputs }: Step): unknown {
  return { name, inputs, patterns: patterns ?? null, command, env, cwd: cwd ?? null, outputs };
}

/** A folder as it was when it was first asked about. */
interface Listing {
  id: string;
  /** null where they may not be read: then each file is looked at by itself. */
  names: ReadonlySet<string> | null;
  /** The names by what they are where cases are one; made when it is needed. */
  folded: ReadonlyMap<string, string> | null;
}

/**
 * What stands at paths. Each folder is listed once, so that 100,000 outputs cost no 100,000 look-ups, and a file has one key however its
 * path is written: through links, mounts, or in other letters where the file system takes upper and lower case for one.
 */
export class StandingFiles {
  readonly #listings = new Map<string, Listing | null>();

  /** The key of what stands at an absolute path; null when nothing does. */
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

/** The name that the folder has for a path: mostly the path's own. */
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

/** What stands in the way, in words; null when nothing does. */
export function describeStanding({ results, changed, foreign }: StandingOutputs, becomes: string): string | null {
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

/** `13 results of run X (kmer-embedding)`, with further runs beside it. */
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
