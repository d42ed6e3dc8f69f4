import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { journalFile, reportFile } from '../../electron/engine/run-directory/paths.ts';
import { namesIn } from './scene.ts';

const NEWLINE = 0x0a;
/** A power cut takes what was written within the last tenth of a second. */
const LOST_LINES = 3;
const LOST_BYTES = 120;

/** Cuts a file off inside its last line. @returns whether there was a line to cut */
export function tearLastLine(path: string, cut: number): boolean {
  return cutWithin(path, cut, 1);
}

/** Cuts a file off somewhere in its last lines. */
export function tearLastLines(path: string, cut: number): boolean {
  return cutWithin(path, cut, LOST_LINES);
}

/** Cuts off the last bytes of a file. */
export function tearLastBytes(path: string, cut: number): boolean {
  const { length } = bytesOf(path);
  if (length === 0) return false;
  truncateSync(path, Math.max(0, length - 1 - Math.floor(cut * LOST_BYTES)));
  return true;
}

/** The files of a rank to which others than the engine append: its reports, and the record of its process. */
export function recordFilesOf(directory: string, rank: number): string[] {
  return [reportFile(directory, 1, rank), join(directory, 'processes', 'step_001', `worker_${rank}.ndjson`)];
}

/** Names a stranger as the process of a worker, in the journal and in the record: what a pid that is used again looks like. */
export function nameStranger(directory: string, rank: number, worker: number, stranger: number): void {
  for (const path of [journalFile(directory), ...recordFilesOf(directory, rank)]) {
    const text = bytesOf(path).toString();
    const named = text.replaceAll(
      new RegExp(`"pid":${worker},"pgid":\\d+`, 'g'),
      `"pid":${stranger},"pgid":${stranger}`,
    );
    if (named !== text) writeFileSync(path, named);
  }
}

/** Lets files say that what they tell of was before the machine was started this time. */
export function nameOtherBoot(paths: readonly string[]): void {
  for (const path of paths) {
    const text = bytesOf(path).toString();
    if (text !== '') writeFileSync(path, text.replaceAll(/"boot_id":"[^"]*"/g, '"boot_id":"an-earlier-start"'));
  }
}

/** The ranks that have a report file. */
export function ranksOf(directory: string): number[] {
  return namesIn(join(directory, 'logs', 'step_001')).flatMap((name) => {
    const rank = /^worker_(\d+)\.log$/.exec(name)?.[1];
    return rank === undefined ? [] : [Number(rank)];
  });
}

function cutWithin(path: string, cut: number, lines: number): boolean {
  const bytes = bytesOf(path);
  let from = bytes.length;
  for (let count = 0; count < lines && from > 0; count += 1) from = bytes.lastIndexOf(NEWLINE, from - 2) + 1;
  // What stands before the first owner is on the disk before anybody is told that there is a run.
  const safe = bytes.indexOf('{"time":"', bytes.indexOf('"type":"items"'));
  from = Math.max(from, safe);
  if (safe < 0 || from >= bytes.length) return false;
  truncateSync(path, from + Math.floor(cut * (bytes.length - from)));
  return true;
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
