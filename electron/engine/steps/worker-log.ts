import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { lastLineIsWhole } from '../files/last-line-whole.ts';
import { makeFolders } from '../files/make-folders.ts';
import { asctime } from '../logs/render-component-line.ts';

const LINE_BREAKS = /\s*[\r\n]+\s*/g;

/** The log of one rank, open for what the engine itself writes into it: its first lines, restarts, failed starts. */
export class WorkerLog {
  readonly path: string;
  private readonly rank: number;
  private readonly file: number;
  private readonly onOpened: () => void;
  private openedByUs = false;

  /** @param onOpened called once this engine has written its first lines */
  constructor(path: string, rank: number, onOpened: () => void) {
    this.path = path;
    this.rank = rank;
    this.onOpened = onOpened;
    makeFolders(dirname(path), 0o700);
    this.file = openSync(path, 'a', 0o600);
    // The log of a rank that never gets an item is not empty either.
    if (this.size === 0) this.open(1, null);
  }

  /** Bytes in it now. */
  get size(): number {
    return fstatSync(this.file).size;
  }

  /** When the log was last written, in nanoseconds since 1970. */
  get changedAt(): bigint {
    return fstatSync(this.file, { bigint: true }).mtimeNs;
  }

  /**
   * Writes the lines before a start: the first lines, or a separator from an earlier engine or start.
   * @param reason why it is started again; null for a first start or another item
   */
  open(start: number, reason: string | null): void {
    const restart = reason === null ? undefined : { start, reason };
    if (this.openedByUs && restart === undefined) return;
    const { rank, path } = this;
    writeLogOpening(this.file, { rank, path, time: new Date(), engineStart: !this.openedByUs, restart });
    if (!this.openedByUs) this.onOpened();
    this.openedByUs = true;
  }

  /** Writes why a process could not be started. */
  refuse(message: string): void {
    const { rank, path } = this;
    writeSpawnFailure(this.file, { rank, path, time: new Date(), message });
  }

  close(): void {
    closeSync(this.file);
  }
}

interface WorkerLogOpening {
  rank: number;
  /** Path of the log. It is also read, to check whether its last line is complete. */
  path: string;
  time: Date;
  /** True for a rank's first start under this engine: the line with the path of the log is written once per engine, not per process. */
  engineStart: boolean;
  /** Set for a worker that was started again: which start this is, counted from 1, and why. */
  restart?: { start: number; reason: string } | undefined;
}

/** Byte offsets in the log of what was written. */
interface WrittenRange {
  start: number;
  end: number;
}

/**
 * Writes the first lines of a worker's log, or the separator between earlier lines and a resume or a restart. Nothing is ever overwritten. A line
 * that was cut off gets its newline first.
 * @param fd the log, opened for appending
 */
export function writeLogOpening(fd: number, opening: WorkerLogOpening): WrittenRange {
  const { rank, path, time, engineStart, restart } = opening;
  const lines: string[] = [];
  if (engineStart) {
    if (fstatSync(fd).size > 0) lines.push(`=== Resume at ${time.toISOString()} ===`);
    lines.push(droverLine(rank, time, 'INFO', `Worker ${rank} logging initialized: ${path}`));
  }
  if (restart !== undefined)
    lines.push(`=== Restart ${restart.start} at ${time.toISOString()} (${oneLine(restart.reason)}) ===`);
  return appendLines(fd, path, lines);
}

/** Writes into a worker's log why the worker could not be started. @param fd the log, opened for appending */
export function writeSpawnFailure(
  fd: number,
  { rank, path, time, message }: { rank: number; path: string; time: Date; message: string },
): WrittenRange {
  return appendLines(fd, path, [
    droverLine(rank, time, 'ERROR', `Worker ${rank} could not be started: ${oneLine(message)}`),
  ]);
}

function droverLine(rank: number, time: Date, level: string, message: string): string {
  return `${asctime(time)} - Worker ${rank} - drover - ${level} - ${message}`;
}

function oneLine(text: string): string {
  return text.replace(LINE_BREAKS, ' ');
}

function appendLines(fd: number, path: string, lines: string[]): WrittenRange {
  const { size } = fstatSync(fd);
  if (lines.length === 0) return { start: size, end: size };
  const newline = !lastLineIsWhole(path) ? '\n' : '';
  return { start: size, end: size + tryToWrite(fd, `${newline}${lines.join('\n')}\n`) };
}

/** Writes the text if that is possible. A full disk must not end a run: the line is left out then, and the journal reports the full disk. */
function tryToWrite(fd: number, text: string): number {
  try {
    return writeSync(fd, text);
  } catch {
    return 0;
  }
}
