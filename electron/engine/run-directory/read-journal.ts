import { closeSync, openSync } from 'node:fs';
import { type RunEvent, runEventSchema } from '../../../shared/run/run-events.ts';
import { emptyRunState, type RunState } from '../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../shared/run/run-state.ts';
import { LineReader } from '../files/line-reader.ts';
import { OwnPaths } from './own-paths.ts';

/** Journals are read in blocks of this many bytes, so that a journal of a million items is never held whole. */
const BLOCK_BYTES = 1024 * 1024;

export interface JournalReading {
  state: RunState;
  /** Bytes up to and including the last whole line. A torn tail follows, which a writer separates by a newline. */
  wholeBytes: number;
  /** Lines that are not events; 0 unless the file was damaged or edited by hand. */
  damagedLines: number;
}

/**
 * Folds a journal into the run's state. A torn last line is ignored, a damaged line is counted and skipped.
 * @throws the file system's error when the file cannot be read
 */
export function readJournal(path: string, onEvent?: (event: RunEvent) => void): JournalReading {
  const state = emptyRunState();
  const paths = new OwnPaths(path);
  let damagedLines = 0;
  const wholeBytes = forEachLine(path, (line) => {
    const event = parseEvent(line);
    if (event === null) {
      damagedLines += 1;
      return;
    }
    applyRunEvent(state, paths.renew(event));
    onEvent?.(event);
  });
  return { state, wholeBytes, damagedLines };
}

/** Parses one line; null when it is not an event. The fold relies on this check. */
export function parseEvent(line: string): RunEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    if (isItemEvent(value)) return value;
    const event = runEventSchema.safeParse(value);
    return event.success ? event.data : null;
  } catch {
    return null;
  }
}

/**
 * Calls back for every whole line and returns the bytes that these lines take.
 * @param mostBytes ends after about this many, but not within a line
 */
export function forEachLine(
  path: string,
  onLine: (line: string) => void,
  from = 0,
  mostBytes = Number.POSITIVE_INFINITY,
): number {
  const file = openSync(path, 'r');
  try {
    const reader = new LineReader(file, { from, blockBytes: BLOCK_BYTES });
    for (let lines = reader.next(); lines !== null; lines = reader.next()) {
      for (const line of lines) if (line !== '') onLine(line);
      if (reader.offset - from >= mostBytes) break;
    }
    return reader.offset;
  } finally {
    closeSync(file);
  }
}

/**
 * Returns whether a parsed line is certainly one of the four events that a journal holds for every item. The schema would give the same result and
 * take three times as long, which is noticeable with 300,000 of them. What is not recognised here is left to the schema.
 */
export function isItemEvent(value: unknown): value is RunEvent {
  if (!isObject(value) || typeof value['time'] !== 'string') return false;
  if (!isWhole(value['step']) || value['step'] < 1) return false;
  if (value['type'] === 'items') return isListOf(value['items'], isItemRecord);
  if (!isWhole(value['rank'])) return false;
  switch (value['type']) {
    case 'dispatching':
      return isListOf(value['items'], isWhole) && isWhole(value['log_offset']) && isWhole(value['report_offset']);
    case 'dispatched':
      return isListOf(value['items'], isWhole);
    case 'item-complete':
      return isWhole(value['item']) && isWhole(value['log_offset']) && isCompletion(value);
    default:
      return false;
  }
}

function isItemRecord(value: unknown): boolean {
  if (!isObject(value) || !isWhole(value['item']) || !isText(value['file']) || !isText(value['origin'])) return false;
  const { size, mtime_ms, cost, relative_dir, joined } = value;
  return isAmount(size) && Number.isFinite(mtime_ms) && isAmount(cost) && isText(relative_dir) && joined === undefined;
}

function isAmount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}

function isCompletion(value: Record<string, unknown>): boolean {
  const { seconds, outputs, stamps, metrics } = value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0 || !isListOf(outputs, isText))
    return false;
  return (stamps === undefined || isListOf(stamps, isStamp)) && (metrics === undefined || isObject(metrics));
}

function isStamp(value: unknown): boolean {
  return isObject(value) && isAmount(value['size']) && Number.isFinite(value['mtime_ms']);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isElement: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isElement);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Returns whether it is a number, an offset or a rank: whole and not negative. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A journal that is folded as it grows: no part is read twice. */
export class JournalFold {
  readonly state: RunState = emptyRunState();
  /** The time of the last event; null before the first. */
  lastTime: string | null = null;
  #paths: OwnPaths | null = null;
  /** How many bytes are folded. */
  position = 0;

  /**
   * Folds what was appended since the last call. A journal that became shorter needs a new fold.
   * @throws the file system's error when the file cannot be read
   */
  advance(path: string): void {
    const paths = (this.#paths ??= new OwnPaths(path));
    this.position = forEachLine(
      path,
      (line) => {
        const event = parseEvent(line);
        if (event === null) return;
        applyRunEvent(this.state, paths.renew(event));
        this.lastTime = event.time;
      },
      this.position,
    );
  }
}
