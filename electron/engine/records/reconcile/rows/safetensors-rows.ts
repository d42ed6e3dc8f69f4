import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import type { FileRows } from './file-rows.ts';
import { type NamedArray, rowsOfArrays } from './npy-header.ts';

/** The format: 8 bytes with the header's length, the header in JSON, the values; huggingface.co/docs/safetensors. */
const LENGTH_BYTES = 8;
/** The format's own readers refuse a longer header (bytes). */
const HEADER_MAX_BYTES = 100_000_000;

const tensorSchema = z.object({
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

/** Reads the rows of a `.safetensors` file. Its metadata may hold ids as a JSON list. */
export function safetensorsRows(path: string): FileRows {
  const file = openSync(path, 'r');
  try {
    return read(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function read(file: number, bytes: number): FileRows {
  const length = headerLength(file);
  if (length === null || length > HEADER_MAX_BYTES) return { rows: null, damage: 'has no safetensors header' };
  const header = Buffer.alloc(length);
  if (readSync(file, header, 0, length, LENGTH_BYTES) < length) return { rows: null, damage: 'ends in its header' };
  const fields = parse(header);
  if (fields === null) return { rows: null, damage: 'has no safetensors header' };
  const arrays: NamedArray[] = [];
  let end = 0;
  for (const [name, value] of Object.entries(fields)) {
    const tensor = tensorSchema.safeParse(value);
    if (!tensor.success) continue;
    arrays.push({ name, shape: tensor.data.shape });
    end = Math.max(end, tensor.data.data_offsets[1]);
  }
  const expected = LENGTH_BYTES + length + end;
  if (bytes !== expected) return { rows: null, damage: `has ${bytes} bytes where its header announces ${expected}` };
  return rowsOfArrays(arrays, idsIn(fields['__metadata__']));
}

function headerLength(file: number): number | null {
  const head = Buffer.alloc(LENGTH_BYTES);
  if (readSync(file, head, 0, LENGTH_BYTES, 0) < LENGTH_BYTES) return null;
  const length = head.readBigUInt64LE(0);
  return length > BigInt(HEADER_MAX_BYTES) ? null : Number(length);
}

function parse(header: Buffer): Record<string, unknown> | null {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(header.toString('utf8')));
  } catch {
    return null;
  }
}

function idsIn(metadata: unknown): number | null {
  if (typeof metadata !== 'object' || metadata === null || !('ids' in metadata)) return null;
  try {
    const ids: unknown = JSON.parse(String(metadata.ids));
    return Array.isArray(ids) ? ids.length : null;
  } catch {
    return null;
  }
}
