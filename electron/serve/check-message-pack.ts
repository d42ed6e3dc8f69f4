/** The deepest nesting of arrays and maps: a call of the contract has four levels. */
const MAX_DEPTH = 32;

/** The size of a value by its first byte (https://github.com/msgpack/msgpack/blob/master/spec.md). */
const FIXED_SIZES: Readonly<Record<number, number>> = {
  0xc0: 0,
  0xc2: 0,
  0xc3: 0,
  0xca: 4,
  0xcb: 8,
  0xcc: 1,
  0xcd: 2,
  0xce: 4,
  0xcf: 8,
  0xd0: 1,
  0xd1: 2,
  0xd2: 4,
  0xd3: 8,
  0xd4: 2,
  0xd5: 3,
  0xd6: 5,
  0xd7: 9,
  0xd8: 17,
};
/** Strings, bytes and extensions: the bytes of their length field, and the extra bytes beside their content. */
const SIZED: Readonly<Record<number, readonly [lengthBytes: 1 | 2 | 4, more: number]>> = {
  0xc4: [1, 0],
  0xc5: [2, 0],
  0xc6: [4, 0],
  0xc7: [1, 1],
  0xc8: [2, 1],
  0xc9: [4, 1],
  0xd9: [1, 0],
  0xda: [2, 0],
  0xdb: [4, 0],
};
/** Arrays and maps: the bytes of their count field, and the values per entry. */
const COUNTED: Readonly<Record<number, readonly [countBytes: 2 | 4, perEntry: 1 | 2]>> = {
  0xdc: [2, 1],
  0xdd: [4, 1],
  0xde: [2, 2],
  0xdf: [4, 2],
};

/**
 * Whether bytes are one whole MessagePack value, not nested too deeply, that announces no more than it contains. A decoder allocates as many
 * entries as an array announces: a few bytes of garbage would take gigabytes.
 */
export function isWholeMessagePack(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const left: number[] = [1];
  let announced = 1;
  let at = 0;
  while (left.length > 0) {
    const top = left.length - 1;
    const remaining = left[top] ?? 0;
    if (remaining === 0) {
      left.pop();
      continue;
    }
    left[top] = remaining - 1;
    const header = readHeader(view, at);
    if (header === null) return false;
    at += header.size;
    announced += header.values - 1;
    // Every value has at least one byte.
    if (at + announced > view.byteLength) return false;
    if (header.values > 0) left.push(header.values);
    if (left.length > MAX_DEPTH) return false;
  }
  return at === view.byteLength;
}

/** Returns the bytes of a value without its nested values, and the number of these; null when it is cut or invalid. */
function readHeader(view: DataView, at: number): { size: number; values: number } | null {
  if (at >= view.byteLength) return null;
  const first = view.getUint8(at);
  if (first <= 0x7f || first >= 0xe0) return { size: 1, values: 0 };
  if (first <= 0x8f) return { size: 1, values: (first & 0x0f) * 2 };
  if (first <= 0x9f) return { size: 1, values: first & 0x0f };
  if (first <= 0xbf) return { size: 1 + (first & 0x1f), values: 0 };
  const fixed = FIXED_SIZES[first];
  if (fixed !== undefined) return { size: 1 + fixed, values: 0 };
  const [sizeBytes, factor] = SIZED[first] ?? COUNTED[first] ?? [0, 0];
  if (sizeBytes === 0 || at + 1 + sizeBytes > view.byteLength) return null;
  const length = readLength(view, at + 1, sizeBytes);
  if (COUNTED[first] !== undefined) return { size: 1 + sizeBytes, values: length * factor };
  return { size: 1 + sizeBytes + factor + length, values: 0 };
}

function readLength(view: DataView, at: number, bytes: 1 | 2 | 4): number {
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at) : view.getUint32(at);
}
