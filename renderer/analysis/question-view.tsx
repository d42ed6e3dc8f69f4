import type { KeyboardEvent } from 'react';
import type { QueryResult } from '../../shared/contract/queries.ts';
import { QUERY_EXAMPLES } from '../../shared/query-examples.ts';
import { toCsv } from '../../shared/to-csv.ts';
import { counted } from '../parts/count.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { setQuestion, useAnalysis } from './analysis-store.ts';
import { AnswerTable } from './answer-table.tsx';
import { saveText } from './save-text.ts';
import { TablesHelp } from './tables-help.tsx';
import { useQuestion } from './use-question.ts';

/** Questions in SQL over all runs, ready ones as a start. */
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
            aria-label="Ready questions"
            value={QUERY_EXAMPLES.find((example) => example.sql === sql)?.name ?? ''}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="" disabled>
              A ready question …
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
            Ctrl+Enter asks. Questions can read and change nothing.
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
        {rows.length === 0 ? 'No row answers this question.' : counted(rows.length, 'row')}
        {more && ' (there are more: narrow the question, or ask with “drover query --csv”)'}
        {seconds !== null && <span className="muted"> in {seconds.toFixed(2)} s</span>}
        {unreadable.length > 0 && <span> · {counted(unreadable.length, 'run')} could not be read</span>}
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
