import { isMet, type Row, ratioOf } from './row.ts';

const HEAD = ['measurement', 'measured', 'reference', 'ratio', 'target', 'met'];

/** The rows as a table for people, which is Markdown as well. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const render = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...body] = lines;
  const notes = rows.filter(({ note }) => note !== null).map(({ title, note }) => `- ${title}: ${note ?? ''}`);
  return [render(head), rule, ...body.map(render), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function cells(row: Row): string[] {
  return [
    row.title,
    quantity(row.ours, row.unit),
    row.reference === null ? '–' : `${row.reference.name}: ${quantity(row.reference.value, row.unit)}`,
    quantity(ratioOf(row), '×'),
    row.target === null ? '–' : `≤ ${row.target} ×`,
    met(row),
  ];
}

function met(row: Row): string {
  if (row.value === null) return 'not measured';
  const answer = isMet(row);
  return answer === null ? '–' : answer ? 'yes' : 'NO';
}

function quantity(value: number | null, unit: string): string {
  if (value === null) return '–';
  return `${shortNumber(value)} ${unit}`.trim();
}

/** Four digits that count at most, and never an exponent. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(3) : value.toFixed(4);
}
