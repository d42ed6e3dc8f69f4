const VARIABLE_PARTS = /0x[0-9a-f]+|\b(?=[a-f]*\d)[0-9a-f]{8,}\b|\d+/gi;

/** Returns the key of a kind of message: messages that differ only in numbers, addresses or ids have the same key. */
export function foldingKey(text: string): string {
  return text.replace(VARIABLE_PARTS, '#');
}
