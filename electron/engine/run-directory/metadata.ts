import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { type FileRow, FileTable } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { adviceOnReading, type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Environment } from '../files/data-home.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';
import { askedChecksum } from './asked-checksum.ts';
import {
  type InputList,
  isMetadataInput,
  METADATA_VERSION,
  type Metadata,
  type MetadataInput,
  metadataHeadSchema,
  metadataSchema,
} from './metadata-schema.ts';
import { inputsFile, metadataFile } from './paths.ts';
import { forEachLine } from './read-journal.ts';

/** The text of a million inputs is more than a hundred megabytes, so it is written in pieces of this many. */
const INPUTS_PER_PIECE = 1_000;

/** The lines around the inputs, as earlier releases wrote them into metadata.json itself. */
const OPENING = '  "inputs": [';
const CLOSING = '  ]';

const RESTORE = 'Restore the file from a copy (run.tar.gz holds one), or launch the run again.';

/**
 * The only variables that a run's records keep: which devices, which interpreter, which scheduler job. Everything else is left out, because an
 * environment holds passwords and tokens, and a run directory is made to be passed on. Listed in docs/logging.md.
 */
export const RECORDED_VARIABLES: readonly string[] = [
  'CONDA_DEFAULT_ENV',
  'CONDA_PREFIX',
  'CUDA_DEVICE_ORDER',
  'CUDA_VISIBLE_DEVICES',
  'HIP_VISIBLE_DEVICES',
  'LANG',
  'LD_LIBRARY_PATH',
  'NVIDIA_VISIBLE_DEVICES',
  'OMP_NUM_THREADS',
  'ONEAPI_DEVICE_SELECTOR',
  'PATH',
  'PYTHONPATH',
  'ROCR_VISIBLE_DEVICES',
  'SLURM_JOB_ID',
  'TMPDIR',
  'TZ',
  'VIRTUAL_ENV',
  'ZE_AFFINITY_MASK',
];

/** The written metadata of a run. */
interface WrittenMetadata {
  /** The same metadata, marked as having its inputs on the disk. */
  metadata: Metadata;
  /** The checksum of what was requested. */
  asked: string;
}

/**
 * Writes metadata.json whole and at once, and the list of inputs beside it where that does not exist yet.
 * @throws the file system's error
 */
export function writeMetadata(directory: string, metadata: Metadata): WrittenMetadata {
  const { inputs, ...head } = metadata;
  const recorded =
    inputs instanceof RecordedInputs && inputs.directory === directory
      ? inputs
      : new RecordedInputs(inputs, directory, writeInputs(directory, inputs));
  const document = { ...head, inputs: recorded.list };
  writeFileAtomic(metadataFile(directory), `${JSON.stringify(document, null, 2)}\n`);
  return { metadata: { ...metadata, inputs: recorded }, asked: askedChecksum(document) };
}

function writeInputs(directory: string, inputs: Sequence<MetadataInput>): InputList {
  const hash = createHash('sha256');
  let bytes = 0;
  const pieces = function* (): Generator<string> {
    for (let from = 0; from < inputs.length; from += INPUTS_PER_PIECE) {
      let piece = '';
      for (let place = from; place < Math.min(from + INPUTS_PER_PIECE, inputs.length); place += 1) {
        const input = inputs.at(place);
        bytes += input?.size ?? 0;
        piece += `${JSON.stringify(input)}\n`;
      }
      hash.update(piece);
      yield piece;
    }
  };
  const path = inputsFile(directory);
  writeFileAtomic(path, pieces());
  return { file: basename(path), count: inputs.length, bytes, sha256: hash.digest('hex') };
}

/** Reads and checks metadata.json. A file that is missing, cut off, not ours or newer than this release is described in words. */
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
  if (!checked.success)
    return err(damaged(`${path} does not have the expected form:\n${z.prettifyError(checked.error)}`));
  const { inputs, ...head } = checked.data;
  if (Array.isArray(inputs)) return ok({ ...head, inputs });
  const recorded = readInputs(directory, inputs);
  return recorded.ok ? ok({ ...head, inputs: recorded.value }) : recorded;
}

/** Reads the list of inputs and checks that it is the one that was written. */
function readInputs(directory: string, list: InputList): Result<RecordedInputs, Problem> {
  const path = inputsFile(directory);
  const files = new FileTable();
  const hash = createHash('sha256');
  try {
    forEachLine(path, (line) => {
      hash.update(`${line}\n`);
      files.push(parseInput(line));
    });
  } catch (error) {
    return err(damaged(`${path} cannot be read: ${messageOf(error)}`));
  }
  if (files.length !== list.count || hash.digest('hex') !== list.sha256)
    return err(damaged(`${path} is not the list of inputs that the run was launched with`));
  return ok(new RecordedInputs(new MetadataInputs(files), directory, list));
}

/** Reads a file as earlier releases wrote it, without holding its text; null for any other, which is then read as a whole. */
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
    return err(damaged(`${path} cannot be read: ${messageOf(error)}`));
  }
}

function parse(path: string, text: string): Result<unknown, Problem> {
  if (text.trim() === '') return err(damaged(`${path} is empty`));
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch (error) {
    const cut = text.trimEnd().endsWith('}') ? 'is not JSON' : 'is not whole JSON: it ends in the middle';
    return err(damaged(`${path} ${cut} (${messageOf(error)})`));
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
  return problem('run-damaged', message, adviceOnReading(message, RESTORE));
}

/** Files as metadata.json has them: the same list under its names, nothing is copied. */
export class MetadataInputs implements Sequence<MetadataInput> {
  readonly #files: Sequence<FileRow>;

  constructor(files: Sequence<FileRow>) {
    this.#files = files;
  }

  get length(): number {
    return this.#files.length;
  }

  at(index: number): MetadataInput | undefined {
    const file = this.#files.at(index);
    return file === undefined ? undefined : inputOf(file);
  }

  *[Symbol.iterator](): Generator<MetadataInput, void> {
    for (const file of this.#files) yield inputOf(file);
  }
}

/** Inputs that are in inputs.ndjson of a run. */
export class RecordedInputs implements Sequence<MetadataInput> {
  readonly directory: string;
  readonly list: InputList;
  readonly #inputs: Sequence<MetadataInput>;

  constructor(inputs: Sequence<MetadataInput>, directory: string, list: InputList) {
    this.#inputs = inputs;
    this.directory = directory;
    this.list = list;
  }

  get length(): number {
    return this.#inputs.length;
  }

  at(index: number): MetadataInput | undefined {
    return this.#inputs.at(index);
  }

  [Symbol.iterator](): Iterator<MetadataInput> {
    return this.#inputs[Symbol.iterator]();
  }
}

function inputOf({ file, size, mtime_ms, cost, relative_dir }: FileRow): MetadataInput {
  return { path: file, size, mtime_ms, cost, relative_dir };
}

/** Returns the part of an environment that may be recorded. */
export function recordedEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of RECORDED_VARIABLES) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
