import { eastAsianWidth } from 'get-east-asian-width';

/** The width of every line of a summary: it is read in terminals, mails and diffs. */
export const LINE_COLUMNS = 80;
const ELLIPSIS = '…';
const CONTROL = /[\p{Control}\u2028\u2029]/gu;

/** Replaces control characters: output of workers and file names may hold line breaks and terminal escapes. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, '·');
}

/** Splits a text into the characters that a reader sees: a letter with its marks, an emoji of several parts. */
const CLUSTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Texts of only these characters take one column per character. */
const PLAIN = /^[\u0020-\u02ff]*$/;
/** Marks on the preceding character, joiners, and the vowels and endings of Korean syllables: they take no column of their own. */
const NO_COLUMN = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji}\ufe0f\u20e3?)$/v;

/**
 * Returns the columns that a text takes in a terminal, by the data of Unicode: two for wide characters and emoji, none for marks on other
 * characters. Signs beside their letter, as in Indic scripts, take one, which some terminals do not use.
 */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return clustersOf(text).reduce((sum, cluster) => sum + clusterColumns(cluster), 0);
}

/** Splits a text into the characters that people see: it may be cut between any two. */
export function clustersOf(text: string): string[] {
  return PLAIN.test(text) ? text.split('') : Array.from(CLUSTERS.segment(text), ({ segment }) => segment);
}

function clusterColumns(cluster: string): number {
  if (PLAIN.test(cluster)) return cluster.length;
  if (EMOJI.test(cluster)) return 2;
  let columns = 0;
  for (const character of cluster)
    if (!NO_COLUMN.test(character)) columns += eastAsianWidth(character.codePointAt(0) ?? 0);
  return columns;
}

/** Cuts a text to at most `columns`, at the end with an ellipsis. */
export function clipEnd(text: string, columns: number): string {
  return clip(clustersOf(text.slice(0, CLIP_SOURCE * columns)), columns, text, (kept) => kept.join('') + ELLIPSIS);
}

/** Cuts a text to at most `columns`, at the beginning: the end of a path is its most useful part. */
export function clipStart(text: string, columns: number): string {
  const backwards = clustersOf(text.slice(-CLIP_SOURCE * columns)).reverse();
  return clip(backwards, columns, text, (kept) => ELLIPSIS + kept.reverse().join(''));
}

/** The largest number of code units examined per column: a warning of a megabyte is cut before it is measured. */
const CLIP_SOURCE = 8;

function clip(characters: string[], columns: number, text: string, join: (kept: string[]) => string): string {
  if (text.length <= CLIP_SOURCE * columns && columnsOf(text) <= columns) return text;
  const kept: string[] = [];
  let width = 1;
  for (const character of characters) {
    width += clusterColumns(character);
    if (width > columns) break;
    kept.push(character);
  }
  return join(kept);
}

/** Pads a text with blanks on the right, and cuts it when it is longer. */
export function cell(text: string, columns: number): string {
  const clipped = clipEnd(text, columns);
  return clipped + ' '.repeat(columns - columnsOf(clipped));
}

/** Pads a number with blanks on the left. */
export function numberCell(text: string, columns: number): string {
  return text.padStart(columns);
}

/** Wraps words into indented lines of at most LINE_COLUMNS; a word that is too long is cut. */
export function wrap(text: string, indent: number): string[] {
  return wrapWords(oneLine(text).split(' '), indent);
}

/** Does the same with given words, which may contain blanks: lines break only between words. */
export function wrapWords(words: readonly string[], indent: number): string[] {
  const room = LINE_COLUMNS - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columnsOf(joined) <= room) {
      line = joined;
    } else {
      if (line !== '') lines.push(line);
      line = clipEnd(word, room);
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((part) => ' '.repeat(indent) + part);
}
