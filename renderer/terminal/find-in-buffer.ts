import type { IBuffer } from '@xterm/xterm';

/** A place in a terminal's buffer. */
export interface BufferHit {
  row: number;
  column: number;
  /** In cells, across row ends where the line is wrapped. */
  length: number;
}

/** A line as it was printed: its text, and the cell of each of its characters. */
interface LogicalLine {
  text: string;
  row: number;
  /** Cells from the start of the line, one per UTF-16 unit of the text, and one more for the end. */
  cells: number[];
}

/** Finds a text in a terminal's buffer from the top, ignoring case; wrapped lines are searched as one. */
export function findInBuffer(buffer: IBuffer, text: string, columns: number): BufferHit[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  const hits: BufferHit[] = [];
  for (let row = 0; row < buffer.length; ) {
    const { line, next } = logicalLine(buffer, row, columns);
    const lower = line.text.toLowerCase();
    // Letters that change their length with the case would shift all later positions.
    const searched = lower.length === line.text.length ? lower : line.text;
    for (let at = searched.indexOf(wanted); at >= 0; at = searched.indexOf(wanted, at + wanted.length)) {
      const begin = line.cells[at] ?? 0;
      const end = line.cells[at + wanted.length] ?? begin + wanted.length;
      hits.push({ row: row + Math.floor(begin / columns), column: begin % columns, length: end - begin });
    }
    row = next;
  }
  return hits;
}

function logicalLine(buffer: IBuffer, first: number, columns: number): { line: LogicalLine; next: number } {
  const line: LogicalLine = { text: '', row: first, cells: [] };
  let row = first;
  do {
    addRow(buffer, row, (row - first) * columns, line);
    row += 1;
  } while (buffer.getLine(row)?.isWrapped === true);
  line.cells.push((row - first) * columns);
  return { line, next: row };
}

function addRow(buffer: IBuffer, row: number, offset: number, line: LogicalLine): void {
  const source = buffer.getLine(row);
  if (source === undefined) return;
  const text = source.translateToString(false);
  const plain = text.length === source.length;
  line.text += text;
  if (plain) {
    for (let column = 0; column < text.length; column += 1) line.cells.push(offset + column);
    return;
  }
  for (let column = 0; column < source.length; column += 1) {
    const cell = source.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const units = Math.max(1, cell.getChars().length);
    for (let unit = 0; unit < units; unit += 1) line.cells.push(offset + column);
  }
}
