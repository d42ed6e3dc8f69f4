/** Characters that JSON leaves as they are and that some readers of lines take for the end of one: NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * A value as one line of JSON, without its newline: one line for every reader, also for those that split at more than line feeds.
 * @param replacer as for `JSON.stringify`
 */
export function jsonLine(value: unknown, replacer?: (key: string, part: unknown) => unknown): string {
  return JSON.stringify(value, replacer).replace(
    LINE_ENDS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
