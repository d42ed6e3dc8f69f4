import { useEffect, useState } from 'react';
import type { LogProblem } from '../../shared/contract/logs.ts';
import { count, plural } from '../../shared/format.ts';
import type { Problem } from '../../shared/problem.ts';
import { reasonWords } from '../../shared/run/failure-words.ts';
import { sameMessages, withItems } from '../../shared/run/log-problems.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { openLog } from '../store/layout-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { printedGroups, unreportedGroups } from './printed-problems.ts';
import { PrintedSection } from './printed-section.tsx';
import { type Failed, type FailureGroup, failureGroups } from './problem-groups.ts';

/** The number of failures of one cause that are shown at first, and added at each further step. */
const SHOWN_AT_ONCE = 10;
const SHOWN_MORE = 200;

/** What went wrong in a run: failures by cause with advice, then warnings and errors in the logs. */
export function ProblemList({ snapshot }: { snapshot: RunSnapshot }) {
  const { run, model } = snapshot;
  const groups = failureGroups(model.state);
  const { problems, reading, refusal, again } = usePrintedProblems(snapshot);
  const printed = unreportedGroups(printedGroups(withItems(model.state, problems)), groups);
  const errors = printed.filter(({ level }) => level === 'error');
  const warnings = printed.filter(({ level }) => level === 'warning');
  const readAgain = again !== null && (
    <button type="button" className="small problems-again" onClick={again}>
      Read again
    </button>
  );
  if (groups.length === 0 && problems.length === 0 && refusal === null) {
    return (
      <div className="run-message muted">
        <p role="status">
          {reading
            ? 'Nothing has failed. Reading the workers’ logs for warnings and errors…'
            : 'Nothing has failed, and no worker printed a warning or an error.'}
        </p>
        {readAgain}
      </div>
    );
  }
  return (
    <div className="problem-list">
      {groups.map((group) => (
        <FailureSection key={`${group.reason} ${group.advice}`} run={run} group={group} />
      ))}
      {reading && (
        <p className="muted" role="status">
          Reading the workers’ logs for warnings and errors…
        </p>
      )}
      {refusal !== null && <ProblemNote problem={refusal} />}
      <PrintedSection
        run={run}
        title={groups.length === 0 ? 'Errors in the logs' : 'Other errors in the logs'}
        tone="bad"
        groups={errors}
      />
      <PrintedSection run={run} title="Warnings in the logs" tone="caution" groups={warnings} />
      {readAgain}
    </div>
  );
}

function FailureSection({ run, group }: { run: string; group: FailureGroup }) {
  const { reason, advice, failed } = group;
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const messages = sameMessages(failed, ({ evidence }) => evidence);
  return (
    <section className="problem-group bad">
      <h2>
        {reasonWords(reason)} <span className="tab-count bad">{count(failed.length)}</span>
      </h2>
      <p>{advice}</p>
      <ul>
        {messages.slice(0, shown).map((alike) => (
          <li key={alike[0]?.evidence}>
            <AlikeRow run={run} alike={alike} />
          </li>
        ))}
      </ul>
      {messages.length > shown && (
        <button type="button" className="small" onClick={() => setShown(shown + SHOWN_MORE)}>
          Show more of {plural(messages.length, 'message')}
        </button>
      )}
    </section>
  );
}

/** Failures with the same message: one row, which expands to the single failures. */
function AlikeRow({ run, alike }: { run: string; alike: readonly Failed[] }) {
  const [shown, setShown] = useState(SHOWN_MORE);
  const [first] = alike;
  if (first === undefined) return null;
  if (alike.length === 1) return <FailedRow run={run} failed={first} />;
  return (
    <details className="problem-places">
      <summary className="problem-row">
        <span className="problem-what one-line" title={first.what}>
          {first.what}
        </span>
        <span className="muted one-line">and {count(alike.length - 1)} more</span>
        <code title={first.evidence}>{first.evidence}</code>
      </summary>
      <ul>
        {alike.slice(0, shown).map((one, index) => (
          // The position is part of the key, as a file may fail in several steps.
          <li key={`${index} ${one.what}`}>
            <FailedRow run={run} failed={one} />
          </li>
        ))}
      </ul>
      {alike.length > shown && (
        <button type="button" className="small" onClick={() => setShown(shown + SHOWN_MORE)}>
          Show more of {plural(alike.length, 'failure')}
        </button>
      )}
    </details>
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
      <code title={evidence}>{evidence}</code>
    </>
  );
  if (log === null) return <div className="problem-row">{text}</div>;
  return (
    <button type="button" className="problem-row plain" onClick={() => openLog({ run, ...log })}>
      {text}
    </button>
  );
}

interface PrintedProblems {
  problems: readonly LogProblem[];
  /** Whether the logs are being read. */
  reading: boolean;
  refusal: Problem | null;
  /** Reads the logs again; null where new problems are pushed. */
  again: (() => void) | null;
}

/**
 * Returns the warnings and errors that workers printed. The engine that owns a run pushes them while it runs. For other runs, and for ended
 * ones, the logs are read when the list is shown.
 */
function usePrintedProblems({ run, live, problems, figuresAt }: RunSnapshot): PrintedProblems {
  const client = useEngine();
  const [read, setRead] = useState<{ problems: readonly LogProblem[]; refusal: Problem | null } | null>(null);
  const [turn, setTurn] = useState(0);
  const isPushed = (live && figuresAt > 0) || problems.length > 0;
  useEffect(() => {
    if (client === null || isPushed) return undefined;
    let wanted = true;
    // Each turn reads the logs once more.
    void call(client.logProblems({ run })).then(
      (answer) =>
        wanted && setRead({ problems: answer.ok ? answer.value : [], refusal: answer.ok ? null : answer.error }),
    );
    return () => {
      wanted = false;
    };
  }, [client, run, isPushed, live, turn]);
  if (isPushed) return { problems, reading: false, refusal: null, again: null };
  return {
    problems: read?.problems ?? [],
    reading: read === null,
    refusal: read?.refusal ?? null,
    again: live ? () => setTurn((count) => count + 1) : null,
  };
}
