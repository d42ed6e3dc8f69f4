/** Characters that JSON does not escape and that some readers treat as the end of a line: NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * Returns a value as one line of JSON without a newline: one line also for readers that split at more characters than line feeds.
 * @param replacer as for `JSON.stringify`
 */
export function jsonLine(value: unknown, replacer?: (key: string, part: unknown) => unknown): string {
  return JSON.stringify(value, replacer).replace(
    LINE_ENDS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
