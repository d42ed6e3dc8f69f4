import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWholeMessagePack } from '../../../../electron/serve/check-message-pack.ts';
import { decodeMessage, encodeMessage } from '../../../../shared/contract/message-codec.ts';

const anything = fc.anything({ withDate: false, maxDepth: 4, values: [fc.jsonValue(), fc.uint8Array(), fc.double()] });
/** What MessagePack can say: no functions, symbols or big numbers. */
const value = anything.filter((one) => {
  try {
    encodeMessage(one);
    return true;
  } catch {
    return false;
  }
});

/** Whether the decoder goes beyond the end of bytes that were taken. Keys and texts that it refuses are its own business. */
function readsBeyond(bytes: Uint8Array): boolean {
  if (!isWholeMessagePack(bytes)) return false;
  try {
    decodeMessage(bytes);
    return false;
  } catch (error) {
    return /RangeError|bounds/.test(String(error));
  }
}

describe('the check of MessagePack', () => {
  it('takes all that the encoder writes', () => {
    const taken = fc.property(value, (one) => isWholeMessagePack(encodeMessage(one)));
    expect(() => fc.assert(taken)).not.toThrow();
  });

  it('takes large numbers, texts, bytes, arrays and maps', () => {
    const large = {
      numbers: [0, -1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32, -128, -129, -32_769, -(2 ** 31) - 1, 0.5],
      texts: [31, 32, 255, 256, 65_536].map((length) => 'x'.repeat(length)),
      bytes: [1, 256, 65_536].map((length) => new Uint8Array(length)),
      array: Array.from({ length: 70_000 }, (_, index) => index),
      map: Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, null])),
      error: new Error('x'.repeat(300)),
    };
    expect(isWholeMessagePack(encodeMessage(large))).toBe(true);
  });

  it('refuses what was cut or has more', () => {
    const refused = fc.property(value, fc.nat(), (one, cut) => {
      const bytes = encodeMessage(one);
      const isCutTaken = isWholeMessagePack(bytes.subarray(0, cut % bytes.length));
      return !isCutTaken && !isWholeMessagePack(Buffer.concat([bytes, bytes]));
    });
    expect(() => fc.assert(refused)).not.toThrow();
  });

  it('lets nothing through that announces more than is there, whatever the bytes are', () => {
    const announcing = fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => !readsBeyond(bytes));
    expect(() => fc.assert(announcing, { numRuns: 2_000 })).not.toThrow();
    expect(isWholeMessagePack(Buffer.from([0xdd, 0x00, 0x00, 0x00, 0x02, 0xc0]))).toBe(false);
  });

  it('refuses values that are too deep', () => {
    const nested = (depth: number): Buffer => Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.from([0xc0])]);
    expect(isWholeMessagePack(nested(20))).toBe(true);
    expect(isWholeMessagePack(nested(100))).toBe(false);
  });
});
