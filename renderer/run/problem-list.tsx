import { useState } from 'react';
import type { LogProblem } from '../../shared/contract/events.ts';
import { reasonWords } from '../../shared/failure-words.ts';
import { counted, shownNumber } from '../parts/count.ts';
import { openLog } from '../store/layout-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { type Failed, type FailureGroup, failureGroups } from './problem-groups.ts';

/** Failures of one cause that are shown at first, and at each further step. */
const SHOWN_AT_ONCE = 10;
const SHOWN_MORE = 200;

/** What went wrong in a run: failures by cause with what to do, then warnings and errors that workers printed. */
export function ProblemList({ snapshot }: { snapshot: RunSnapshot }) {
  const { run, model, problems } = snapshot;
  const groups = failureGroups(model.state);
  const errors = problems.filter(({ level }) => level === 'error');
  const warnings = problems.filter(({ level }) => level === 'warning');
  if (groups.length === 0 && problems.length === 0) {
    return <p className="run-message muted">Nothing has failed, and no worker printed a warning or an error.</p>;
  }
  return (
    <div className="problem-list">
      {groups.map((group) => (
        <FailureSection key={`${group.reason} ${group.advice}`} run={run} group={group} />
      ))}
      <PrintedSection run={run} title="Errors that workers printed" problems={errors} />
      <PrintedSection run={run} title="Warnings that workers printed" problems={warnings} />
    </div>
  );
}

function FailureSection({ run, group }: { run: string; group: FailureGroup }) {
  const { reason, advice, failed } = group;
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  return (
    <section className="problem-group bad">
      <h2>
        {reasonWords(reason)} <span className="tab-count bad">{shownNumber(failed.length)}</span>
      </h2>
      <p>{advice}</p>
      <ul>
        {failed.slice(0, shown).map((one, index) => (
          // The place is part of the key as a file may fail in several steps.
          <li key={`${index} ${one.what}`}>
            <FailedRow run={run} failed={one} />
          </li>
        ))}
      </ul>
      {failed.length > shown && (
        <button type="button" className="small" onClick={() => setShown(shown + SHOWN_MORE)}>
          Show more of {counted(failed.length, 'failure')}
        </button>
      )}
    </section>
  );
}

function FailedRow({ run, failed }: { run: string; failed: Failed }) {
  const { what, detail, evidence, log } = failed;
  const text = (
    <>
      <span className="problem-what one-line" title={what}>
        {what}
      </span>
      <span className="muted one-line" title={detail}>
        {detail}
      </span>
      <code className="one-line" title={evidence}>
        {evidence}
      </code>
    </>
  );
  if (log === null) return <div className="problem-row">{text}</div>;
  return (
    <button type="button" className="problem-row plain" onClick={() => openLog({ run, ...log })}>
      {text}
    </button>
  );
}

function PrintedSection({ run, title, problems }: { run: string; title: string; problems: readonly LogProblem[] }) {
  const [shown, setShown] = useState(SHOWN_MORE);
  if (problems.length === 0) return null;
  return (
    <section className="problem-group caution">
      <h2>
        {title} <span className="tab-count">{shownNumber(problems.length)}</span>
      </h2>
      <ul>
        {problems.slice(0, shown).map(({ step, worker, text, count, offset }) => (
          <li key={`${step} ${worker} ${offset}`}>
            <button
              type="button"
              className="problem-row plain"
              onClick={() => openLog({ run, step, source: worker, offset })}
            >
              <span className="problem-what one-line">Worker {worker.replace('worker_', '')}</span>
              <span className="muted one-line">{count === 1 ? 'once' : `${shownNumber(count)} times`}</span>
              <code className="one-line" title={text}>
                {text}
              </code>
            </button>
          </li>
        ))}
      </ul>
      {problems.length > shown && (
        <button type="button" className="small" onClick={() => setShown(shown + SHOWN_MORE)}>
          Show more of {shownNumber(problems.length)}
        </button>
      )}
    </section>
  );
}
