import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** The format is described at https://github.com/huggingface/safetensors#format: a length, a JSON header, and the numbers. */
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const FLOAT_BYTES = 4;
const OFFSET_BYTES = 8;
/** The largest header that the format's own readers accept (bytes). */
const HEADER_MAX_BYTES = 100_000_000;
/** Ids that would take more than this of the header go into their own tensors; the rest is for notes (bytes). */
const IDS_IN_HEADER_MAX_BYTES = 90_000_000;
/** The block size for rows in order; a row out of order is read with its neighbours (bytes). */
const BLOCK_BYTES = 4 * 1024 * 1024;
const NEIGHBOURS_BYTES = 64 * 1024;
/** One call reads or writes less than two gigabytes. */
const CALL_MAX_BYTES = 1024 ** 3;

/**
 * A table of float32 rows with their ids. Rows are read on access, so that a table may be larger than the memory.
 * @typedef {{ ids: string[], columns: number, row: (index: number) => Buffer, notes: Record<string, string>, close: () => void }} EmbeddingTable
 */
/** @typedef {{ dtype?: string, shape?: number[], data_offsets?: number[] }} Tensor */
/** @typedef {{ __metadata__?: Record<string, string>, embeddings?: Tensor, ids_offsets?: Tensor, ids_utf8?: Tensor }} Header */

/**
 * Opens the table `embeddings` of a file from an embedding worker, with the ids of its rows.
 * @param {string} path
 * @returns {EmbeddingTable}
 */
export function readEmbeddings(path) {
  const file = openSync(path, 'r');
  try {
    return openTable(path, file);
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** @param {string} path @param {number} file @returns {EmbeddingTable} */
function openTable(path, file) {
  const { size } = fstatSync(file);
  const { header, dataStart } = readHeader(path, file, size);
  const { ids: _ids, ...notes } = header.__metadata__ ?? {};
  const { shape = [0, 0], dtype = '', data_offsets: [start = 0] = [] } = header.embeddings ?? {};
  const [rows = 0, columns = 0] = shape;
  const ids = readIds(path, file, header, dataStart, size);
  const width = columns * FLOAT_BYTES;
  const first = dataStart + start;
  if (dtype !== 'F32' || ids.length !== rows || size < first + rows * width) throw broken(path);
  return { ids, columns, notes, row: rowReader(path, file, { first, width, rows }), close: () => closeSync(file) };
}

/** @param {string} path @param {number} file @param {number} size @returns {{ header: Header, dataStart: number }} */
function readHeader(path, file, size) {
  const length =
    size < LENGTH_BYTES ? Number.POSITIVE_INFINITY : Number(readAt(path, file, 0, LENGTH_BYTES).readBigUInt64LE());
  if (LENGTH_BYTES + length > size || length > HEADER_MAX_BYTES) throw broken(path);
  try {
    const header = JSON.parse(readAt(path, file, LENGTH_BYTES, length).toString('utf8'));
    return { header, dataStart: LENGTH_BYTES + length };
  } catch {
    throw broken(path);
  }
}

/**
 * Reads ids: a JSON list in the metadata or, when they are too many for a header, UTF-8 bytes with the offsets of their borders.
 * @param {string} path @param {number} file @param {Header} header @param {number} dataStart @param {number} size
 * @returns {string[]}
 */
function readIds(path, file, header, dataStart, size) {
  const { ids_offsets: offsets, ids_utf8: texts } = header;
  if (offsets === undefined || texts === undefined) return JSON.parse(header.__metadata__?.['ids'] ?? '[]');
  const [offsetBytes, textBytes] = [offsets, texts].map(({ data_offsets: [start = 0, end = 0] = [] }) => {
    if (end < start || dataStart + end > size) throw broken(path);
    return readAt(path, file, dataStart + start, end - start);
  });
  if (offsetBytes === undefined || textBytes === undefined) throw broken(path);
  const count = Math.max(0, offsetBytes.length / OFFSET_BYTES - 1);
  /** @param {number} index */
  const border = (index) => Number(offsetBytes.readBigInt64LE(index * OFFSET_BYTES));
  return Array.from({ length: count }, (_, index) => textBytes.toString('utf8', border(index), border(index + 1)));
}

/**
 * Returns rows by their index. Rows in order come from large blocks; a row out of order costs a small read.
 * @param {string} path @param {number} file @param {{ first: number, width: number, rows: number }} table
 */
function rowReader(path, file, { first, width, rows }) {
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, width)));
  const aside = Math.max(1, Math.floor(NEIGHBOURS_BYTES / Math.max(1, width)));
  let [from, to] = [0, 0];
  let block = Buffer.alloc(0);
  /** @param {number} index */
  return (index) => {
    if (index < from || index >= to) {
      const wanted = Math.min(rows - index, index === to ? perBlock : aside);
      block = readAt(path, file, first + index * width, wanted * width);
      [from, to] = [index, index + wanted];
    }
    return block.subarray((index - from) * width, (index - from + 1) * width);
  };
}

/** @param {string} path @param {number} file @param {number} position @param {number} length */
function readAt(path, file, position, length) {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, Math.min(length - done, CALL_MAX_BYTES), position + done);
    if (read === 0) throw broken(path);
    done += read;
  }
  return bytes;
}

/** @param {string} path */
function broken(path) {
  return new Error(`${path} is no whole file of embeddings. Run the step that makes it again.`);
}

/**
 * Writes one table of float32 rows with ids and metadata, row by row.
 * @param {number} file an open descriptor
 * @param {{ name: string, columns: number, ids: readonly string[], rows: Iterable<Buffer[]>, metadata: Record<string, string> }} table as
 * many rows as ids; a row may come in several parts
 * @param {number} [idsMax] bytes of the header that ids may take
 */
export function writeTable(file, { name, columns, ids, rows, metadata }, idsMax = IDS_IN_HEADER_MAX_BYTES) {
  const size = ids.length * columns * FLOAT_BYTES;
  const inHeader = idsForHeader(ids, idsMax);
  const writer = new RowWriter(file);
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  if (inHeader === null) {
    const { offsets, bytes } = idBytes(ids);
    const [start, end] = [offsets.length, offsets.length + size];
    tensors['ids_offsets'] = { dtype: 'I64', shape: [ids.length + 1], data_offsets: [0, start] };
    tensors[name] = { dtype: 'F32', shape: [ids.length, columns], data_offsets: [start, end] };
    tensors['ids_utf8'] = { dtype: 'U8', shape: [bytes.length], data_offsets: [end, end + bytes.length] };
    writer.write(headerBytes({ __metadata__: metadata, ...tensors }));
    writer.write(offsets);
    writeRows(writer, rows, ids.length, columns);
    writer.write(bytes);
  } else {
    tensors[name] = { dtype: 'F32', shape: [ids.length, columns], data_offsets: [0, size] };
    writer.write(headerBytes({ __metadata__: { ids: inHeader, ...metadata }, ...tensors }));
    writeRows(writer, rows, ids.length, columns);
  }
  writer.flush();
}

/** @param {RowWriter} writer @param {Iterable<Buffer[]>} rows @param {number} count @param {number} columns */
function writeRows(writer, rows, count, columns) {
  let written = 0;
  for (const parts of rows) for (const part of parts) written += writer.write(part);
  if (written !== count * columns * FLOAT_BYTES)
    throw new Error(`${written} bytes of rows were made for ${count} rows of ${columns} numbers.`);
}

/** @param {Record<string, unknown>} header */
function headerBytes(header) {
  const json = JSON.stringify(header);
  const text = Buffer.alloc(Math.ceil(Buffer.byteLength(json) / ALIGNMENT) * ALIGNMENT, ' ');
  text.write(json);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

/** Returns ids as text for the header; null when they would take too much of it. @param {readonly string[]} ids @param {number} most */
function idsForHeader(ids, most) {
  // Each id has two quotes, which are escaped in the header, and a comma. Checked first: the text could exceed the longest possible string.
  let least = 0;
  for (const id of ids) least += id.length + 5;
  if (least > most) return null;
  const text = JSON.stringify(ids);
  return Buffer.byteLength(JSON.stringify(text)) > most ? null : text;
}

/** @param {readonly string[]} ids */
function idBytes(ids) {
  const offsets = Buffer.alloc((ids.length + 1) * OFFSET_BYTES);
  let total = 0;
  for (const [index, id] of ids.entries()) {
    total += Buffer.byteLength(id);
    offsets.writeBigInt64LE(BigInt(total), (index + 1) * OFFSET_BYTES);
  }
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const id of ids) at += bytes.write(id, at);
  return { offsets, bytes };
}

/** Makes few large writes instead of one per row. */
class RowWriter {
  #file;
  #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #used = 0;

  /** @param {number} file */
  constructor(file) {
    this.#file = file;
  }

  /** @param {Buffer} bytes @returns {number} how many there were */
  write(bytes) {
    if (this.#used + bytes.length > this.#block.length) this.flush();
    if (bytes.length > this.#block.length) {
      this.#writeAll(bytes);
    } else {
      bytes.copy(this.#block, this.#used);
      this.#used += bytes.length;
    }
    return bytes.length;
  }

  flush() {
    this.#writeAll(this.#block.subarray(0, this.#used));
    this.#used = 0;
  }

  /** @param {Buffer} bytes */
  #writeAll(bytes) {
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.#file, bytes, at, Math.min(bytes.length - at, CALL_MAX_BYTES));
  }
}
