import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { deviceKindSchema } from '../../../shared/device.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { stepSchema } from '../../../shared/pipeline/pipeline.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { METADATA_VERSION } from './metadata-schema.ts';

/** Everything but the inputs usually fits into this many bytes. Otherwise the whole file is read. */
const HEAD_BYTES = 16 * 1024;
/** The inputs come last, see metadata.ts. */
const INPUTS_BEGIN = '\n  "inputs": [';
const TAIL_BYTES = 64;

const { device, workers_per_device } = stepSchema.shape;
const WORKERS = { device, workers_per_device };

const headSchema = z.object({
  devices: z.array(z.object({ kind: deviceKindSchema, name: z.string() })),
  ended: z.string().nullable(),
  output_dir: z.string().nullable().catch(null),
  parameters: z.record(z.string(), z.unknown()).catch({}),
  /** How many workers there can be. */
  definition: z.object({ steps: z.array(z.object(WORKERS)) }).catch({ steps: [] }),
});
/** The part of metadata.json without its inputs that the list of runs and support bundles need. */
export type MetadataHead = z.infer<typeof headSchema>;

/**
 * Reads the part before the inputs, so that a run of 100,000 files costs no more than one of ten.
 * @returns what is wrong with the file, in words, when it does not exist, is cut off, not ours or newer than this release
 */
export function readMetadataHead(path: string): Result<MetadataHead, string> {
  let text: string;
  try {
    text = readHead(path);
  } catch (error) {
    return err(isMissing(error) ? 'is missing' : `cannot be read: ${messageOf(error)}`);
  }
  if (text.trim() === '') return err('is empty');
  if (!text.trimEnd().endsWith('}')) return err('is not whole: it ends in the middle');
  try {
    return check(JSON.parse(text));
  } catch {
    return err('is not JSON');
  }
}

/** Returns the file as JSON without its inputs, or whole where they cannot be separated. Its last characters are always those of the file. */
function readHead(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const head = readText(file, 0, Math.min(size, HEAD_BYTES));
    const inputs = head.indexOf(INPUTS_BEGIN);
    if (inputs < 0) return size <= HEAD_BYTES ? head : readText(file, 0, size);
    const tail = size <= HEAD_BYTES ? head : readText(file, size - TAIL_BYTES, TAIL_BYTES);
    const opening = head.slice(0, inputs).trimEnd().replace(/,$/, '');
    return /\]\s*\}\s*$/.test(tail) ? `${opening}}` : opening;
  } finally {
    closeSync(file);
  }
}

function readText(file: number, from: number, length: number): string {
  const block = Buffer.allocUnsafe(length);
  return block.toString('utf8', 0, readSync(file, block, 0, length, from));
}

function check(value: unknown): Result<MetadataHead, string> {
  const version = z.object({ version: z.number() }).safeParse(value);
  if (version.success && version.data.version > METADATA_VERSION)
    return err(`has version ${version.data.version}, and this Drover reads up to version ${METADATA_VERSION}`);
  const head = headSchema.safeParse(value);
  return version.success && head.success ? ok(head.data) : err('does not have the expected form');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
