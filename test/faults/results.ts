import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Played } from './play-schedule.ts';
import { namesIn } from './scene.ts';

/** What came of a range of seeds. */
export interface RangeResult {
  from: number;
  count: number;
  started: string;
  seconds: number;
  /** Seeds whose schedule was played. */
  played: number[];
  /** Schedules that need a disk of their own where none can be had. */
  skipped: readonly string[];
  /** How often each fault was reached. */
  faults: Record<string, number>;
  violated: { schedule: string; seed: number | null; violations: string[] }[];
  /** Cases with names that were played. */
  cases: string[];
}

/** Sums up schedules that were played. */
export function rangeResult(
  range: { from: number; count: number; started: Date },
  played: readonly Played[],
  skipped: readonly string[],
): RangeResult {
  const faults: Record<string, number> = {};
  for (const kind of played.flatMap((one) => one.faults)) faults[kind] = (faults[kind] ?? 0) + 1;
  return {
    from: range.from,
    count: range.count,
    started: range.started.toISOString(),
    seconds: Math.round((Date.now() - range.started.getTime()) / 1000),
    played: played.flatMap(({ seed }) => seed ?? []).toSorted((a, b) => a - b),
    cases: played.filter(({ seed }) => seed === null).map(({ schedule }) => schedule),
    skipped,
    faults,
    violated: played
      .filter(({ violations }) => violations.length > 0)
      .map(({ schedule, seed, violations }) => ({ schedule, seed, violations })),
  };
}

/** Keeps the result of a range; the same range again replaces it. @returns the file */
export function writeResult(folder: string, result: RangeResult): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${result.from}-${result.from + result.count - 1}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
  return path;
}

/** All results of a folder in lines: each seed counts once, by the latest result that has it. */
export function addUp(folder: string): string[] {
  const results = namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RangeResult)
    .toSorted((a, b) => a.started.localeCompare(b.started));
  const violations = new Map<number, string[]>();
  const faults: Record<string, number> = {};
  for (const result of results) {
    for (const seed of result.played) violations.set(seed, []);
    for (const { seed, violations: found } of result.violated) if (seed !== null) violations.set(seed, found);
    for (const [kind, count] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + count;
  }
  const violated = [...violations].filter(([, found]) => found.length > 0);
  return [
    `${violations.size} schedules in ${results.length} ranges, ${violated.length} violated`,
    ...violated.map(([seed, found]) => `seed ${seed}: ${found[0]}`),
    ...Object.entries(faults)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([kind, count]) => `${kind}: ${count}`),
  ];
}
