const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** Returns the regular expression of a search: the typed pattern, or one that matches exactly the typed text. */
export function searchPattern(text: string, isPattern: boolean): string {
  return isPattern ? text : text.replaceAll(SPECIAL, String.raw`\$&`);
}
