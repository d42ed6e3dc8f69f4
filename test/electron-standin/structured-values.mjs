/**
 * Writes values that structured cloning carries as JSON, and reads them back. Runs in Node and, as its own text, in pages.
 * @returns `pack` to what JSON can hold, `unpack` to the value
 */
export function structuredValues() {
  const toBase64 = (bytes) =>
    typeof bytes.toBase64 === 'function' ? bytes.toBase64() : Buffer.from(bytes).toString('base64');
  const fromBase64 = (text) =>
    typeof Uint8Array.fromBase64 === 'function'
      ? Uint8Array.fromBase64(text)
      : new Uint8Array(Buffer.from(text, 'base64'));
  const refuse = () => {
    throw new Error('An object could not be cloned.');
  };
  /** Each kind: what it is called, whether a value is one, how it is written and read. Plain objects come last. */
  const kinds = [
    ['undefined', (v) => v === undefined, () => null, () => undefined],
    ['number', (v) => typeof v === 'number' && !Number.isFinite(v), String, Number],
    ['bigint', (v) => typeof v === 'bigint', String, BigInt],
    ['unknown', (v) => typeof v === 'function' || typeof v === 'symbol', refuse, refuse],
    ['bytes', (v) => v instanceof Uint8Array, toBase64, fromBase64],
    ['buffer', (v) => v instanceof ArrayBuffer, (v) => toBase64(new Uint8Array(v)), (v) => fromBase64(v).buffer],
    ['date', (v) => v instanceof Date, (v) => v.getTime(), (v) => new Date(v)],
    ['map', (v) => v instanceof Map, (v) => [...v].map(pack), (v) => new Map(v.map(unpack))],
    ['set', (v) => v instanceof Set, (v) => [...v].map(pack), (v) => new Set(v.map(unpack))],
    ['error', (v) => v instanceof Error, (v) => v.message, (v) => new Error(v)],
    ['object', (v) => typeof v === 'object' && v !== null, (v) => eachValue(v, pack), (v) => eachValue(v, unpack)],
  ];
  const eachValue = (object, change) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
  const pack = (value) => {
    if (Array.isArray(value)) return value.map(pack);
    const kind = kinds.find(([, is]) => is(value));
    return kind === undefined ? value : { kind: kind[0], value: kind[2](value) };
  };
  const unpack = (packed) => {
    if (Array.isArray(packed)) return packed.map(unpack);
    if (packed === null || typeof packed !== 'object') return packed;
    return kinds.find(([name]) => name === packed.kind)[3](packed.value);
  };
  return { pack, unpack };
}
