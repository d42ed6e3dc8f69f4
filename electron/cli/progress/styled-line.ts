import { clustersOf, columnsOf, oneLine } from '../../../shared/text-columns.ts';

export type Style = 'plain' | 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** A piece of a line in one style. */
export interface Span {
  text: string;
  style: Style;
}

const SGR: Record<Exclude<Style, 'plain'>, string> = { bold: '1', dim: '2', red: '31', yellow: '33', green: '32' };
const ELLIPSIS = '…';

/** Makes a piece of a line. Control characters, which file names and logs may hold, become visible dots. */
export function span(text: string, style: Style = 'plain'): Span {
  return { text: oneLine(text), style };
}

/** Cuts a line so that it takes at most `columns` columns of a terminal; wide characters count twice. */
export function fitLine(spans: readonly Span[], columns: number): Span[] {
  if (lineColumns(spans) <= columns) return [...spans];
  const kept: Span[] = [];
  let room = columns - 1;
  for (const piece of spans) {
    const text = headOf(piece.text, room);
    kept.push({ text, style: piece.style });
    if (text !== piece.text) break;
    room -= columnsOf(text);
  }
  return [...kept, span(ELLIPSIS, kept.at(-1)?.style)];
}

/** Returns the columns that a line takes. */
export function lineColumns(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

/** Returns the rows that a line takes in a terminal of that width. A character of two columns moves as a whole to the next row. */
export function wrappedRows(spans: readonly Span[], columns: number): number {
  let rows = 1;
  let used = 0;
  for (const sign of clustersOf(spans.map(({ text }) => text).join(''))) {
    const width = columnsOf(sign);
    if (used + width > columns) {
      rows += 1;
      used = 0;
    }
    used += width;
  }
  return rows;
}

/** Returns the line as it is written, with colours on request. */
export function paintLine(spans: readonly Span[], colour: boolean): string {
  return spans
    .map(({ text, style }) => (colour && style !== 'plain' ? `\x1b[${SGR[style]}m${text}\x1b[0m` : text))
    .join('');
}

function headOf(text: string, columns: number): string {
  let head = '';
  let used = 0;
  for (const character of clustersOf(text)) {
    used += columnsOf(character);
    if (used > columns) break;
    head += character;
  }
  return head;
}
