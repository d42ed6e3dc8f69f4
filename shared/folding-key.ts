const VARIABLE_PARTS = /0x[0-9a-f]+|\b(?=[a-f]*\d)[0-9a-f]{8,}\b|\d+/gi;

/** The same message with other numbers, addresses or ids is the same kind. */
export function foldingKey(text: string): string {
  return text.replace(VARIABLE_PARTS, '#');
}
