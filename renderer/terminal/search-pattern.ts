const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** The regular expression of a search: what was typed, or what finds exactly that text. */
export function searchPattern(text: string, isPattern: boolean): string {
  return isPattern ? text : text.replaceAll(SPECIAL, String.raw`\$&`);
}
