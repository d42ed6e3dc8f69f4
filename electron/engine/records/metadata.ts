import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type FileRow, FileTable } from '../../../shared/items/file-table.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { forEachLine } from '../journal/read-journal.ts';
import { metadataFile } from '../runs/run-directory.ts';
import { MetadataInputs } from './metadata-inputs.ts';
import {
  isMetadataInput,
  METADATA_VERSION,
  type Metadata,
  metadataHeadSchema,
  metadataSchema,
} from './metadata-schema.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** The text of a million inputs is more than a hundred megabytes: it is written in pieces of this many. */
const INPUTS_PER_PIECE = 1_000;

/** The lines around the inputs. */
const OPENING = '  "inputs": [';
const CLOSING = '  ]';

const RESTORE = 'Restore the file from a copy (run.tar.gz holds one), or launch the run again.';

/**
 * Writes metadata.json whole and at once. The inputs stand last, one per line, so that `head` shows all the rest.
 * @throws the file system's error
 */
export function writeMetadata(directory: string, metadata: Metadata): void {
  writeFileAtomic(metadataFile(directory), formatMetadata(metadata));
}

function* formatMetadata(metadata: Metadata): Generator<string> {
  const { inputs, ...head } = metadata;
  const opening = JSON.stringify(head, null, 2).replace(/\n\}$/, '');
  yield inputs.length === 0 ? `${opening},\n  "inputs": []\n}\n` : `${opening},\n  "inputs": [\n`;
  for (let from = 0; from < inputs.length; from += INPUTS_PER_PIECE) {
    const length = Math.min(INPUTS_PER_PIECE, inputs.length - from);
    const lines = Array.from({ length }, (_, place) => `    ${JSON.stringify(inputs.at(from + place))}`);
    yield `${lines.join(',\n')}${from + INPUTS_PER_PIECE < inputs.length ? ',\n' : '\n  ]\n}\n'}`;
  }
}

/** Reads and checks metadata.json; a file that is missing, cut off, not ours or newer than this release is told in words. */
export function readMetadata(directory: string): Result<Metadata, Problem> {
  const path = metadataFile(directory);
  const inLines = readByLines(path);
  if (inLines !== null) return ok(inLines);
  const text = readText(path);
  if (!text.ok) return text;
  const value = parse(path, text.value);
  if (!value.ok) return value;
  const version = versionOf(value.value);
  if (version !== null && version > METADATA_VERSION) return err(newer(path, version));
  const checked = metadataSchema.safeParse(value.value);
  if (checked.success) return ok(checked.data);
  return err(damaged(`${path} does not have the expected form:\n${z.prettifyError(checked.error)}`));
}

/** The file as this release writes it, without holding its text; null for any other, which is then looked at as a whole. */
function readByLines(path: string): Metadata | null {
  const head: string[] = [];
  const files = new FileTable();
  const tail: string[] = [];
  try {
    forEachLine(path, (line) => {
      if (head.at(-1) !== OPENING) head.push(line);
      else if (tail.length === 0 && line !== CLOSING) files.push(parseInput(line));
      else tail.push(line);
    });
    if (head.pop() !== OPENING || tail.join('\n') !== `${CLOSING}\n}`) return null;
    const checked = metadataHeadSchema.safeParse(JSON.parse(`${head.join('\n').replace(/,$/, '')}}`));
    return checked.success ? { ...checked.data, inputs: new MetadataInputs(files) } : null;
  } catch {
    return null;
  }
}

function parseInput(line: string): FileRow {
  const value: unknown = JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line);
  if (!isMetadataInput(value)) throw new SyntaxError('a line is no input');
  const { path, ...rest } = value;
  return { file: path, ...rest };
}

function readText(path: string): Result<string, Problem> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return err(damaged(`${path} cannot be read: ${describe(error)}`));
  }
}

function parse(path: string, text: string): Result<unknown, Problem> {
  if (text.trim() === '') return err(damaged(`${path} is empty`));
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch (error) {
    const cut = text.trimEnd().endsWith('}') ? 'is not JSON' : 'is not whole JSON: it ends in the middle';
    return err(damaged(`${path} ${cut} (${describe(error)})`));
  }
}

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('version' in value)) return null;
  return typeof value.version === 'number' ? value.version : null;
}

function newer(path: string, version: number): Problem {
  return problem(
    'newer-version',
    `${path} has version ${version}, this Drover reads up to version ${METADATA_VERSION}`,
    'Use the Drover that made the run, or a newer one.',
  );
}

function damaged(message: string): Problem {
  return problem('run-damaged', message, RESTORE);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
