import { columnsOf, oneLine } from '../../shared/text-columns.ts';

const GAP = '  ';

/** The text of a cell whose value is unknown. */
export const UNKNOWN = '–';

/** A column of a table; numbers are aligned to the right. */
export interface Column {
  heading: string;
  number?: boolean;
}

/** Returns rows as lines with aligned columns; nothing is cut, so that every value can be copied. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map(oneLine));
  const widths = columns.map(({ heading }, at) =>
    Math.max(columnsOf(heading), ...clean.map((row) => columnsOf(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, at) => {
        const blanks = ' '.repeat((widths[at] ?? 0) - columnsOf(text));
        return columns[at]?.number === true ? blanks + text : text + blanks;
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ heading }) => heading)), ...clean.map(line)];
}
