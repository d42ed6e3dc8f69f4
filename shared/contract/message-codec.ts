import { decode, ExtensionCodec, encode } from '@msgpack/msgpack';

/** The encoding of calls and events on a WebSocket: MessagePack, so that log bytes are sent as bytes. */

/** The MessagePack extension type of an error, which is encoded as its message. */
const ERROR_TYPE = 1;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: ERROR_TYPE,
  encode: (value) => (value instanceof Error ? encode(value.message) : null),
  decode: (bytes) => new Error(String(decode(bytes))),
});

/** Encodes a message. Properties that are `undefined` are left out: as null they would not pass the checks of the contract. */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { ignoreUndefined: true, extensionCodec });
}

/**
 * Decodes a message.
 * @throws when the bytes are not MessagePack
 */
export function decodeMessage(bytes: ArrayBuffer | Uint8Array): unknown {
  return decode(bytes, { extensionCodec });
}
