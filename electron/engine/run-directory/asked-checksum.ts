import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { METADATA_VERSION } from './metadata-schema.ts';
import { metadataFile } from './paths.ts';

/** The keys of metadata.json that decide what a run makes. */
const ASKED = ['pipeline', 'definition', 'parameters', 'output_dir', 'inputs'];

/** Returns a checksum of what was requested at a launch, whatever the order of the keys. @param document metadata.json as it is written */
export function askedChecksum(document: Readonly<Record<string, unknown>>): string {
  const asked = Object.fromEntries(ASKED.map((key) => [key, document[key]]));
  return createHash('sha256').update(inOrder(asked)).digest('hex');
}

/**
 * Checks whether metadata.json still holds what was requested when the run was launched. Otherwise the rest of the run would use other parameters,
 * and its results would be of two kinds.
 * @param asked the checksums in the journal; none of a run of an earlier release
 */
export function checkAsked(directory: string, asked: readonly string[]): Result<void, Problem> {
  if (asked.length === 0) return ok(undefined);
  const path = metadataFile(directory);
  try {
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
    // If it has another version or is no such document, the next reader of the file reports that.
    if (!isRecord(document) || document['version'] !== METADATA_VERSION) return ok(undefined);
    if (asked.includes(askedChecksum(document))) return ok(undefined);
  } catch {
    // The next reader of the file reports what is wrong with it.
    return ok(undefined);
  }
  return err(
    problem(
      'run-damaged',
      `${path} was changed since the launch: its pipeline, parameters, output folder or inputs are not those that the journal records.`,
      'Restore the old content (run.tar.gz holds a copy where there is one). For other parameters launch another run: what is complete was made with those of the launch.',
    ),
  );
}

/** Returns JSON with the keys of all objects in order. */
function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, entry]) => `${JSON.stringify(key)}:${inOrder(entry)}`)
    .join(',')}}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
