import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { PlannedOutputs } from './output-collisions.ts';

export interface ExistingOutputsQuestion {
  readonly items: Iterable<PlannedOutputs>;
  /** The step's output folder; every output is below it. */
  readonly outputDir: string;
  /** Whether an earlier run wrote this file there: such a file may be replaced. */
  readonly madeByUs: (path: string) => boolean;
}

/**
 * Refuses to overwrite what no earlier run made. Folders are listed once each, so 100,000 outputs cost no 100,000 look-ups.
 * @returns the problem `output-exists` naming the first file, with the number of others
 */
export function findExistingOutputs({ items, outputDir, madeByUs }: ExistingOutputsQuestion): Result<void, Problem> {
  const listings = new Map<string, ReadonlySet<string>>();
  const existing = Iterator.from(items)
    .flatMap((item) => item.outputs)
    .filter((path) => listing(listings, dirname(path), outputDir).has(basename(path)) && !madeByUs(path))
    .toArray();
  const first = existing[0];
  if (first === undefined) return ok(undefined);
  const more = existing.length === 1 ? '' : ` (and ${existing.length - 1} more)`;
  return err(
    problem(
      'output-exists',
      `The output ${first} exists already, and no earlier run made it${more}.`,
      'Choose another folder with --output, move the file away, or let it be replaced with --overwrite.',
    ),
  );
}

/** The names in a folder; none when its own folder does not list it, which spares a system call for each missing one. */
function listing(listings: Map<string, ReadonlySet<string>>, folder: string, top: string): ReadonlySet<string> {
  const known = listings.get(folder);
  if (known !== undefined) return known;
  const inside = folder.startsWith(join(top, '/'));
  const missing = inside && !listing(listings, dirname(folder), top).has(basename(folder));
  const names = missing ? new Set<string>() : namesIn(folder);
  listings.set(folder, names);
  return names;
}

function namesIn(folder: string): Set<string> {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return new Set();
  }
}
