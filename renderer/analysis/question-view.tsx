import { type KeyboardEvent, useEffect, useState } from 'react';
import { create } from 'zustand';
import type { Answer } from '../../shared/contract/answer.ts';
import type { QueryResult, QueryTable } from '../../shared/contract/queries.ts';
import { plural } from '../../shared/format.ts';
import { QUERY_EXAMPLES } from '../../shared/query-examples.ts';
import { toCsv } from '../../shared/to-csv.ts';
import { listenOnce } from '../engine-client/listen-once.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { AnswerTable } from './answer-table.tsx';
import { useQuestion } from './use-question.ts';

const STORAGE_KEY = 'drover-question';

/** Questions in SQL over all runs, with ready-made ones to begin with. */
export function QuestionView() {
  const { sql } = useAnalysis();
  const question = useQuestion();
  const { asking, answer, problem, seconds, canAsk } = question;
  const askNow = (): void => question.ask(sql, false);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    askNow();
  };
  const choose = (name: string): void => {
    const example = QUERY_EXAMPLES.find((one) => one.name === name);
    if (example === undefined) return;
    setQuestion(example.sql);
    question.ask(example.sql, false);
  };
  return (
    <>
      <form
        className="question"
        onSubmit={(event) => {
          event.preventDefault();
          askNow();
        }}
      >
        <div className="question-head">
          <label htmlFor="question">Question in SQL</label>
          <select
            aria-label="Ready-made questions"
            value={QUERY_EXAMPLES.find((example) => example.sql === sql)?.name ?? ''}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="" disabled>
              A ready-made question …
            </option>
            {QUERY_EXAMPLES.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </div>
        <textarea
          id="question"
          spellCheck={false}
          rows={8}
          value={sql}
          aria-describedby="question-help"
          onChange={(event) => setQuestion(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="question-actions">
          <button type="submit" className="primary" disabled={asking || !canAsk || sql.trim() === ''}>
            {asking ? 'Asking …' : 'Ask'}
          </button>
          <button type="button" disabled={asking || !canAsk} onClick={() => question.ask(sql, true)}>
            Rebuild the index and ask
          </button>
          <span className="muted" id="question-help">
            Ctrl+Enter asks. Questions can only read.
          </span>
        </div>
        <TablesHelp />
      </form>
      {problem !== null && <ProblemNote problem={problem} />}
      {answer !== null && problem === null && (
        <>
          <AnswerHead answer={answer} seconds={seconds} />
          {answer.rows.length > 0 && <AnswerTable key={answer.columns.join()} answer={answer} />}
        </>
      )}
    </>
  );
}

function AnswerHead({ answer, seconds }: { answer: QueryResult; seconds: number | null }) {
  const { columns, rows, more, unreadable } = answer;
  const asObjects = (): unknown[] => rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
  return (
    <div className="answer-head">
      <p aria-live="polite">
        {rows.length === 0 ? 'The answer has no rows.' : plural(rows.length, 'row')}
        {more && ' (there are more: narrow the question, or ask with “drover query --csv”)'}
        {seconds !== null && <span className="muted"> in {seconds.toFixed(2)} s</span>}
        {unreadable.length > 0 && <span> · {plural(unreadable.length, 'run')} could not be read</span>}
      </p>
      <button
        type="button"
        disabled={rows.length === 0}
        onClick={() => saveText('answer.csv', 'text/csv', toCsv(columns, rows))}
      >
        Export CSV
      </button>
      <button
        type="button"
        disabled={rows.length === 0}
        onClick={() => saveText('answer.json', 'application/json', `${JSON.stringify(asObjects(), null, 2)}\n`)}
      >
        Export JSON
      </button>
    </div>
  );
}

/** Saves a text as a file through the download of the browser. */
function saveText(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has the content when the click returns.
  URL.revokeObjectURL(address);
}

/** The tables for questions, with their columns. */
function TablesHelp() {
  const client = useEngine();
  const [tables, setTables] = useState<Answer<QueryTable[]> | null>(null);
  useEffect(() => (client === null ? undefined : listenOnce(client.queryTables({}), setTables)), [client]);
  return (
    <details className="tables-help">
      <summary>Tables and columns</summary>
      {tables?.ok === false && <ProblemNote problem={tables.error} />}
      <dl>
        {(tables?.ok === true ? tables.value : []).map(({ name, about, columns }) => (
          <div key={name}>
            <dt>
              <code>{name}</code> <span className="muted">{about}</span>
            </dt>
            <dd>
              {columns.map((column, at) => (
                <span key={column.name}>
                  <code title={column.about === '' ? undefined : column.about}>{column.name}</code>
                  {at < columns.length - 1 ? ', ' : ''}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

interface AnalysisState {
  /** The text in the editor. */
  sql: string;
}

/** The last question; stored in the browser. */
const useAnalysis = create<AnalysisState>(() => ({ sql: stored() ?? QUERY_EXAMPLES[0]?.sql ?? '' }));

/** Changes the question, and stores it for the next time. */
function setQuestion(sql: string): void {
  useAnalysis.setState({ sql });
  try {
    localStorage.setItem(STORAGE_KEY, sql);
  } catch {
    // Storage may be forbidden or full; the question then lasts as long as the page.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
