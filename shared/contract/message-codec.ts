import { decode, ExtensionCodec, encode } from '@msgpack/msgpack';

/** How calls and events are written on a WebSocket: MessagePack, so that log bytes travel as bytes. */

/** The MessagePack extension type of an error, which is encoded as its message. */
const ERROR_TYPE = 1;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: ERROR_TYPE,
  encode: (value) => (value instanceof Error ? encode(value.message) : null),
  decode: (bytes) => new Error(String(decode(bytes))),
});

/** A message as bytes. Properties that are `undefined` are left out: as null they would not pass the checks of the contract. */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { ignoreUndefined: true, extensionCodec });
}

/**
 * The message of some bytes.
 * @throws when they are no MessagePack
 */
export function decodeMessage(bytes: ArrayBuffer | Uint8Array): unknown {
  return decode(bytes, { extensionCodec });
}
