import { fstatSync, writeSync } from 'node:fs';
import { lastLineIsWhole } from '../files/last-line-whole.ts';
import { asctime } from './log-time.ts';

const LINE_BREAKS = /\s*[\r\n]+\s*/g;

interface WorkerLogOpening {
  rank: number;
  /** Where the log stands; also read, to see whether its last line is whole. */
  path: string;
  time: Date;
  /** True for a rank's first start under this engine: the line that says where the log is stands once per engine, not per process. */
  engineStart: boolean;
  /** A worker that was started again: which start this is, counted from 1, and why. */
  restart?: { start: number; reason: string } | undefined;
}

/** Byte offsets in the log of what was written. */
interface WrittenRange {
  start: number;
  end: number;
}

/**
 * Writes the first lines of a worker's log, or what separates a resume or a restart from what stands there already. Nothing is ever
 * overwritten; a line that was cut off gets its newline first.
 * @param fd the log, opened for appending
 */
export function writeLogOpening(fd: number, opening: WorkerLogOpening): WrittenRange {
  const { rank, path, time, engineStart, restart } = opening;
  const lines: string[] = [];
  if (engineStart) {
    if (fstatSync(fd).size > 0) {
      lines.push(`=== Resume at ${time.toISOString()} ===`);
    }
    lines.push(droverLine(rank, time, 'INFO', `Worker ${rank} logging initialized: ${path}`));
  }
  if (restart !== undefined) {
    lines.push(`=== Restart ${restart.start} at ${time.toISOString()} (${oneLine(restart.reason)}) ===`);
  }
  return appendLines(fd, path, lines);
}

/** Writes why a worker could not be started into its own log. @param fd the log, opened for appending */
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
  if (lines.length === 0) {
    return { start: size, end: size };
  }
  const mended = !lastLineIsWhole(path) ? '\n' : '';
  return { start: size, end: size + tryToWrite(fd, `${mended}${lines.join('\n')}\n`) };
}

/** A full disk must not end a run: the line is left out then, and the journal says that the disk is full. */
function tryToWrite(fd: number, text: string): number {
  try {
    return writeSync(fd, text);
  } catch {
    return 0;
  }
}
