import type { RunListEntry } from '../../shared/contract/runs.ts';
import { launchTime } from '../../shared/ids.ts';
import { takenSeconds } from '../../shared/run/run-time.ts';
import { isActive } from '../parts/status-words.ts';

/** The states to filter by: `active` stands for all states with an owner. */
export type StateFilter = 'active' | Exclude<RunListEntry['status'], 'pending' | 'running' | 'stopping'>;

/** Which runs are shown. */
export interface RunFilter {
  /** Words that must all occur in the name, id or folder. */
  text: string;
  /** null: all. */
  pipeline: string | null;
  state: StateFilter | null;
  /** Local days as `YYYY-MM-DD`, both included; empty: no limit. */
  from: string;
  to: string;
}

export const NO_FILTER: RunFilter = { text: '', pipeline: null, state: null, from: '', to: '' };

export type RunColumn = 'status' | 'name' | 'pipeline' | 'started' | 'duration' | 'items' | 'size';

export interface RunOrder {
  column: RunColumn;
  descending: boolean;
}

export const NEWEST_FIRST: RunOrder = { column: 'started', descending: true };

/** Whether a filter excludes anything. */
export function isFiltering({ text, pipeline, state, from, to }: RunFilter): boolean {
  return text.trim() !== '' || pipeline !== null || state !== null || from !== '' || to !== '';
}

/**
 * Returns the runs that pass a filter, sorted. Unknown values come last in both directions, and equal ones stay newest first.
 * @param entries newest first
 */
export function selectRuns(entries: readonly RunListEntry[], filter: RunFilter, order: RunOrder): RunListEntry[] {
  const fits = fitting(filter);
  const shown = entries.filter(fits);
  if (order.column === 'started') return order.descending ? shown : shown.reverse();
  const value = VALUES[order.column];
  const keyed = shown.map((entry) => ({ entry, key: value(entry) }));
  keyed.sort((a, b) => compare(a.key, b.key, order.descending));
  return keyed.map(({ entry }) => entry);
}

function fitting(filter: RunFilter): (entry: RunListEntry) => boolean {
  const { pipeline, state } = filter;
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const from = filter.from === '' ? Number.NEGATIVE_INFINITY : dayBegins(filter.from, 0);
  const until = filter.to === '' ? Number.POSITIVE_INFINITY : dayBegins(filter.to, 1);
  const isDated = filter.from !== '' || filter.to !== '';
  return (entry) =>
    (pipeline === null || entry.pipeline === pipeline) &&
    (state === null || isIn(entry, state)) &&
    words.every((word) => hasWord(entry, word)) &&
    (!isDated || isBetween(launchTime(entry.run), from, until));
}

function isIn({ status, damage }: RunListEntry, state: StateFilter): boolean {
  if (state === 'damaged') return damage !== null;
  return state === 'active' ? isActive(status) : status === state;
}

function hasWord({ name, run, directory }: RunListEntry, word: string): boolean {
  return run.includes(word) || directory.toLowerCase().includes(word) || (name?.toLowerCase().includes(word) ?? false);
}

function isBetween(time: number, from: number, until: number): boolean {
  return time >= from && time < until;
}

/** Returns when a local day begins, in milliseconds since 1970. @param later the number of days after it */
function dayBegins(day: string, later: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).getTime();
}

type Key = string | number | null;

const STATUS_ORDER: Record<RunListEntry['status'], number> = {
  running: 0,
  stopping: 1,
  pending: 2,
  queued: 3,
  interrupted: 4,
  damaged: 5,
  failed: 6,
  'completed-with-failures': 7,
  stopped: 8,
  completed: 9,
};

const VALUES: Record<Exclude<RunColumn, 'started'>, (entry: RunListEntry) => Key> = {
  status: ({ status }) => STATUS_ORDER[status],
  name: ({ name, run }) => (name ?? run).toLowerCase(),
  pipeline: ({ pipeline }) => pipeline,
  duration: (entry) => (entry.ended === null ? null : takenSeconds(entry, null)),
  items: ({ items }) => items.total,
  size: ({ bytes }) => bytes,
};

function compare(a: Key, b: Key, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a === b) return 0;
  return a < b === descending ? 1 : -1;
}

interface Click {
  /** The runs as they are shown. */
  runs: readonly { directory: string }[];
  chosen: ReadonlySet<string>;
  /** The run whose box was clicked, and whether it is ticked now. */
  directory: string;
  ticked: boolean;
  /** The begin of a range that was selected with Shift; null for a single run. */
  from: string | null;
}

/** Returns the chosen runs after a click on a run's box. */
export function chosenAfterClick({ runs, chosen, directory, ticked, from }: Click): Set<string> {
  const after = new Set(chosen);
  const change = (one: string): unknown => (ticked ? after.add(one) : after.delete(one));
  const here = runs.findIndex((run) => run.directory === directory);
  const there = from === null ? -1 : runs.findIndex((run) => run.directory === from);
  if (there < 0) change(directory);
  else for (const run of runs.slice(Math.min(here, there), Math.max(here, there) + 1)) change(run.directory);
  return after;
}
