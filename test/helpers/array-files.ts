import { crc32, deflateRawSync } from 'node:zlib';

/** A `.npy` file of float32 as numpy writes it: version 1, header padded to 64 bytes. */
export function npyFile(
  shape: readonly number[],
  values = shape.reduce((product, number) => product * number, 1),
): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`.padEnd(117);
  const head = Buffer.from(`\u0093NUMPY\u0001\u0000\u0076\u0000${text}\n`, 'latin1');
  return Buffer.concat([head, Buffer.alloc(values * 4)]);
}

/** A `.npy` file of another type, by its `descr` as Python writes it and the bytes of a value. */
export function npyOfType(descr: string, bytesPerValue: number, rows: number): Buffer {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${rows},), }`.padEnd(117);
  const head = Buffer.from(`\u0093NUMPY\u0001\u0000\u0076\u0000${text}\n`, 'latin1');
  return Buffer.concat([head, Buffer.alloc(bytesPerValue * rows)]);
}

/** A `.npz` file: a ZIP of `.npy` members, deflated or stored. */
export function npzFile(arrays: Readonly<Record<string, Buffer>>, deflated = false): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(arrays)) {
    const packed = deflated ? deflateRawSync(content) : content;
    const file = Buffer.from(`${name}.npy`);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(file.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, file, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), common, place, file]));
    parts.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, entries, Buffer.from('PK\u0005\u0006', 'latin1'), end]);
}

/** A `.safetensors` file of float32 zeros. */
export function safetensorsFile(
  tensors: Readonly<Record<string, readonly number[]>>,
  metadata?: Readonly<Record<string, string>>,
): Buffer {
  let at = 0;
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  for (const [name, shape] of Object.entries(tensors)) {
    const bytes = shape.reduce((product, number) => product * number, 4);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(at)]);
}
