import { useRef } from 'react';
import type { QueryCell, QueryResult } from '../../shared/contract/queries.ts';
import { rounded } from '../../shared/format.ts';
import { RUN_ID_PATTERN } from '../../shared/ids.ts';
import { RowSpacer, useRowsInView } from '../parts/rows-in-view.tsx';
import { goTo } from '../store/layout-store.ts';

/** In pixels. */
const ROW_HEIGHT = 26;
const OVERSCAN = 12;

/** The rows of an answer; only those in view exist. A run's id links to the run. */
export function AnswerTable({ answer }: { answer: QueryResult }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, above, below } = useRowsInView(scroller, {
    count: answer.rows.length,
    height: ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const numeric = answer.columns.map((_, at) => answer.rows.every((row) => typeof row[at] !== 'string'));
  return (
    <div className="answer-scroller" ref={scroller} tabIndex={0} role="region" aria-label="Answer">
      <table aria-rowcount={answer.rows.length + 1}>
        <thead>
          <tr>
            {answer.columns.map((name, at) => (
              // Columns are identified by their place only: two may have the same name.
              <th key={`${at} ${name}`} scope="col" className={numeric[at] === true ? 'right' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <RowSpacer height={above} />
          {rows.map(({ index }) => (
            <tr key={index} style={{ height: ROW_HEIGHT }}>
              {answer.columns.map((name, at) => (
                <td key={`${at} ${name}`} className={numeric[at] === true ? 'right number' : undefined}>
                  <CellText cell={answer.rows[index]?.[at] ?? null} />
                </td>
              ))}
            </tr>
          ))}
          <RowSpacer height={below} />
        </tbody>
      </table>
    </div>
  );
}

function CellText({ cell }: { cell: QueryCell }) {
  if (cell === null) return <span className="muted">–</span>;
  if (typeof cell === 'number') return rounded(cell);
  if (!RUN_ID_PATTERN.test(cell)) return <span title={cell}>{cell}</span>;
  return (
    <a href={`#/run/${cell}`} onClick={() => goTo({ page: 'run', run: cell, step: null, tab: null })}>
      {cell}
    </a>
  );
}
