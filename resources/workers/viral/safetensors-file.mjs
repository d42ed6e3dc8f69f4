import { readFileSync, writeSync } from 'node:fs';

/** The format is told at https://github.com/huggingface/safetensors#format: a length, a JSON header, and the numbers. */
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const FLOAT_BYTES = 4;

/** @typedef {{ ids: string[], columns: number, row(index: number): Buffer, notes: Record<string, string> }} EmbeddingTable */

/**
 * Reads the table `embeddings` of a file that an embedding worker has made, with the ids of its rows.
 * @param {string} path
 * @returns {EmbeddingTable}
 */
export function readEmbeddings(path) {
  const bytes = readFileSync(path);
  const { header, data } = splitHeader(path, bytes);
  const { ids = '[]', ...notes } = header.__metadata__ ?? {};
  const { shape = [0, 0], dtype = '', data_offsets: [start = 0] = [] } = header.embeddings ?? {};
  const [rows = 0, columns = 0] = shape;
  const names = /** @type {string[]} */ (JSON.parse(ids));
  const width = columns * FLOAT_BYTES;
  if (dtype !== 'F32' || names.length !== rows || data.length < start + rows * width) throw broken(path);
  return {
    ids: names,
    columns,
    notes,
    row: (index) => data.subarray(start + index * width, start + (index + 1) * width),
  };
}

/**
 * @typedef {{ dtype?: string, shape?: number[], data_offsets?: number[] }} Tensor
 * @param {string} path @param {Buffer} bytes
 * @returns {{ header: { __metadata__?: Record<string, string>, embeddings?: Tensor }, data: Buffer }}
 */
function splitHeader(path, bytes) {
  const length = bytes.length < LENGTH_BYTES ? Number.POSITIVE_INFINITY : Number(bytes.readBigUInt64LE());
  if (LENGTH_BYTES + length > bytes.length) throw broken(path);
  try {
    const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length));
    return { header, data: bytes.subarray(LENGTH_BYTES + length) };
  } catch {
    throw broken(path);
  }
}

/** @param {string} path */
function broken(path) {
  return new Error(`${path} is no whole file of embeddings. Run the step that makes it again.`);
}

/**
 * Writes one table of float32 rows with metadata.
 * @param {number} file an open descriptor
 * @param {{ name: string, columns: number, rows: readonly Buffer[][], metadata: Record<string, string> }} table a row may come in several parts
 */
export function writeTable(file, { name, columns, rows, metadata }) {
  const size = rows.length * columns * FLOAT_BYTES;
  const tensor = { dtype: 'F32', shape: [rows.length, columns], data_offsets: [0, size] };
  const json = JSON.stringify({ __metadata__: metadata, [name]: tensor });
  const text = Buffer.alloc(Math.ceil(Buffer.byteLength(json) / ALIGNMENT) * ALIGNMENT, ' ');
  text.write(json);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(text.length));
  writeAll(file, Buffer.concat([length, text]));
  for (const parts of rows) writeAll(file, Buffer.concat(parts));
}

/** @param {number} file @param {Buffer} bytes */
function writeAll(file, bytes) {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
