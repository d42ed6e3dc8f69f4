import { useEffect, useState } from 'react';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { RunSnapshot } from '../store/run-fold.ts';

/** The run's summary: a preliminary one while it runs, later the one in its folder. */
export function RunSummary({ snapshot }: { snapshot: RunSnapshot }) {
  const { run, status, live } = snapshot;
  const summary = useSummary(run, `${status} ${live}`);
  if (summary === null) return <p className="run-message muted">Reading…</p>;
  if (!summary.ok) {
    return (
      <div className="run-message">
        <ProblemNote problem={summary.error} />
      </div>
    );
  }
  const { path, text } = summary.value;
  return (
    <div className="run-summary">
      <div className="run-summary-head">
        <span className="muted one-line" title={path}>
          {live ? 'Preliminary; it is written to the run’s folder when the run ends' : path}
        </span>
        <CopyButton label="Copy" text={() => text} />
      </div>
      <pre tabIndex={0} aria-label="Summary">
        {text}
      </pre>
    </div>
  );
}

type Summary = Result<{ path: string; text: string }, Problem>;

/** @param version when it changes, the summary is read again */
function useSummary(run: string, version: string): Summary | null {
  const client = useEngine();
  const [summary, setSummary] = useState<Summary | null>(null);
  useEffect(() => {
    if (client === null || version === '') return undefined;
    let wanted = true;
    void call(client.summary({ run })).then((answer) => wanted && setSummary(answer));
    return () => {
      wanted = false;
    };
  }, [client, run, version]);
  return summary;
}
