/** The width of every line of a summary: it is read in terminals, mails and diffs. */
export const LINE_COLUMNS = 80;
const ELLIPSIS = '…';
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const NO_WIDTH = /[\p{Mark}\p{Format}]/u;
const CONTROL = /[\p{Control}\u2028\u2029]/gu;

/** Text of workers and file names may hold line breaks and terminal escapes: each becomes one visible character. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, '·');
}

/** The columns a text takes in a terminal: two for wide characters, none for combining marks. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += charColumns(character);
  return columns;
}

function charColumns(character: string): number {
  if (character < '\u0300') return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** At most `columns` wide, cut at the end with an ellipsis. */
export function clipEnd(text: string, columns: number): string {
  return clip(Array.from(text.slice(0, CLIP_SOURCE * columns)), columns, text, (kept) => kept.join('') + ELLIPSIS);
}

/** At most `columns` wide, cut at the beginning: of a path the end tells most. */
export function clipStart(text: string, columns: number): string {
  const backwards = Array.from(text.slice(-CLIP_SOURCE * columns)).reverse();
  return clip(backwards, columns, text, (kept) => ELLIPSIS + kept.reverse().join(''));
}

/** No more code units per column are looked at: a warning of a megabyte is cut before it is measured. */
const CLIP_SOURCE = 8;

function clip(characters: string[], columns: number, text: string, join: (kept: string[]) => string): string {
  if (text.length <= CLIP_SOURCE * columns && columnsOf(text) <= columns) return text;
  const kept: string[] = [];
  let width = 1;
  for (const character of characters) {
    width += charColumns(character);
    if (width > columns) break;
    kept.push(character);
  }
  return join(kept);
}

/** Padded with blanks on the right, cut when longer. */
export function cell(text: string, columns: number): string {
  const clipped = clipEnd(text, columns);
  return clipped + ' '.repeat(columns - columnsOf(clipped));
}

/** Padded with blanks on the left, for numbers. */
export function numberCell(text: string, columns: number): string {
  return text.padStart(columns);
}

/** Words in lines of at most LINE_COLUMNS, each begun with blanks; a word that is too long is cut. */
export function wrap(text: string, indent: number): string[] {
  return wrapWords(oneLine(text).split(' '), indent);
}

/** The same with words that are given, which may hold blanks: a line ends between them alone. */
export function wrapWords(words: readonly string[], indent: number): string[] {
  const room = LINE_COLUMNS - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columnsOf(joined) <= room) line = joined;
    else {
      if (line !== '') lines.push(line);
      line = clipEnd(word, room);
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((part) => ' '.repeat(indent) + part);
}
