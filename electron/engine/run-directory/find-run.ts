import { RUN_ID_PATTERN, RUN_PREFIX_PATTERN } from '../../../shared/ids.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { findRunPlace, listRunPlaces, type RunPlace, unreadableFolders, unreadableProblem } from './run-places.ts';

/** How many ids are named when a run is not found or not the only one; more would hide the message. */
const NAMED_IDS = 5;

export interface FindRunRequest {
  /** The folder of all runs. */
  runs: string;
  /** What a person typed: an id, the beginning of one, or `last`. */
  text: string;
  /** What `last` means: the newest, or the newest active one if there is any. */
  prefer: 'newest' | 'active';
  isActive: (directory: string) => boolean;
}

/** Finds the run that a person means. The typed text is compared with names and never becomes part of a path. */
export function findRun(request: FindRunRequest): Result<{ run: string; directory: string }, Problem> {
  const { text } = request;
  if (text !== 'last' && !RUN_PREFIX_PATTERN.test(text)) return err(notAnId(text));
  const exact = RUN_ID_PATTERN.test(text) ? findRunPlace(request.runs, text) : null;
  if (exact !== null) return found(exact);
  const places = listRunPlaces(request.runs);
  const newest = places[0];
  const unseen = unreadableProblem(unreadableFolders(request.runs));
  if (newest === undefined) return err(unseen ?? noRuns(request));
  if (text === 'last') return found(preferred(request, places) ?? newest);
  const candidates = places.filter((place) => place.run.startsWith(text));
  const only = candidates[0];
  if (only === undefined) return err(withUnseen(unknown(text, places), unseen));
  return candidates.length === 1 ? found(only) : err(ambiguous(text, candidates));
}

function found(place: RunPlace): Result<{ run: string; directory: string }, never> {
  return ok({ run: place.run, directory: place.directory });
}

function preferred(request: FindRunRequest, places: RunPlace[]): RunPlace | undefined {
  return request.prefer === 'active' ? places.find((place) => request.isActive(place.directory)) : undefined;
}

function notAnId(text: string): Problem {
  return problem(
    'unknown-run',
    `${JSON.stringify(text.slice(0, 64))} is not a run id, the beginning of one, or "last"`,
    'An id looks like 20261121-051500-123-k3f9; `drover runs` lists them.',
  );
}

function noRuns(request: FindRunRequest): Problem {
  return problem(
    'unknown-run',
    `There is no run in ${request.runs}`,
    'Start one with `drover run` or `drover demo`, or set DROVER_HOME to the folder that holds your runs.',
  );
}

function unknown(text: string, places: RunPlace[]): Problem {
  return problem(
    'unknown-run',
    `No run begins with ${text}; the newest are: ${ids(places)}`,
    '`drover runs` lists all of them.',
  );
}

function ambiguous(text: string, candidates: RunPlace[]): Problem {
  return problem(
    'ambiguous-run',
    `${candidates.length} runs begin with ${text}: ${ids(candidates)}`,
    'Type more of the id.',
  );
}

/** Adds to a problem that the missing run may be in a folder that cannot be read. */
function withUnseen(found: Problem, unseen: Problem | null): Problem {
  if (unseen === null) return found;
  return { ...found, message: `${found.message}. ${unseen.message}`, advice: `${found.advice} ${unseen.advice}` };
}

function ids(places: RunPlace[]): string {
  const named = places.slice(0, NAMED_IDS).map((place) => `${place.run} (${place.pipeline})`);
  const more = places.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}
