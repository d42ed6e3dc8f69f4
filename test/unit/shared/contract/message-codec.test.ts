import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../../shared/contract/message-codec.ts';

describe('a message', () => {
  it('comes out as it went in, bytes as bytes', () => {
    const message = {
      t: 's',
      i: 'a',
      r: { ok: true, value: { offset: 5_000_000_000, bytes: new Uint8Array([0, 255]) } },
    };
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it('has no properties that are undefined', () => {
    expect(decodeMessage(encodeMessage({ step: undefined, run: 'x' }))).toStrictEqual({ run: 'x' });
  });

  it('keeps what an error says', () => {
    const answer = decodeMessage(encodeMessage({ t: 's', i: 'a', e: new TypeError('it broke') })) as { e: unknown };
    expect(answer.e).toBeInstanceOf(Error);
    expect(answer.e).toHaveProperty('message', 'it broke');
  });

  it('that is none is refused', () => {
    expect(() => decodeMessage(new Uint8Array([0xc1]))).toThrow(/Unrecognized/);
  });
});
