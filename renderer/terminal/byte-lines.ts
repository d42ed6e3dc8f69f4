const NEWLINE = 10;

/**
 * Returns where the first whole line begins in bytes cut from a file. The end of a line counts as a whole line if it makes up most of the
 * bytes. So an endless line is shown too, and the text after it is not alone in a pane that cannot be scrolled.
 */
export function firstLineStart(bytes: Uint8Array): number {
  const newline = bytes.indexOf(NEWLINE);
  return newline < 0 || newline >= bytes.length / 2 ? firstCharacter(bytes) : newline + 1;
}

/** Returns where the first UTF-8 character begins. */
function firstCharacter(bytes: Uint8Array): number {
  for (let index = 0; index < Math.min(4, bytes.length); index += 1)
    if (((bytes[index] ?? 0) & 0b1100_0000) !== 0b1000_0000) return index;
  return 0;
}

/** Returns where the last whole line ends, including its newline; 0 when there is none. */
export function lastLineEnd(bytes: Uint8Array): number {
  return bytes.lastIndexOf(NEWLINE) + 1;
}

/**
 * Returns how many bytes from the start fill at most the given rows of a terminal: whole lines, or a part of the first if it is longer.
 * Escape sequences are counted like text, so there may be fewer rows than counted, but never more.
 */
export function bytesOfFirstRows(bytes: Uint8Array, columns: number, rows: number): number {
  let left = rows;
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    left -= rowsOf(newline < 0 ? end - start : newline - start, columns);
    if (left < 0) break;
    start = end;
  }
  return start === 0 ? Math.min(bytes.length, rows * columns) : start;
}

/** Returns where the last lines begin that fill at most the given rows, or a part of the last one; see `bytesOfFirstRows`. */
export function startOfLastRows(bytes: Uint8Array, columns: number, rows: number): number {
  let left = rows;
  let end = bytes.length;
  while (end > 0) {
    const start = end < 2 ? 0 : bytes.lastIndexOf(NEWLINE, end - 2) + 1;
    left -= rowsOf(bytes[end - 1] === NEWLINE ? end - 1 - start : end - start, columns);
    if (left < 0) break;
    end = start;
  }
  return end === bytes.length ? Math.max(0, end - rows * columns) : end;
}

/** @param bytes of a line without its newline */
function rowsOf(bytes: number, columns: number): number {
  return Math.max(1, Math.ceil(bytes / columns));
}

/** Cuts bytes into pieces of about the given size, each but the last at the end of a line, if there is one. */
export function cutAtLines(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const limit = Math.min(bytes.length, start + pieceBytes);
    const newline = limit === bytes.length ? -1 : bytes.lastIndexOf(NEWLINE, limit - 1);
    const end = newline < start ? limit : newline + 1;
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

/** Whether bytes end with a whole line. */
export function endsLine(bytes: Uint8Array): boolean {
  return bytes.at(-1) === NEWLINE;
}
