import { useEffect, useState } from 'react';
import type { LogSource } from '../../shared/contract/logs.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useLayout } from '../store/layout-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { LogPane } from '../terminal/log-pane.tsx';

/** The content of each component log. */
const ABOUT: Readonly<Record<string, string>> = {
  run: 'before the first step and after the last',
  reconciliation: 'files, outputs and totals against the reports',
  orchestrator: 'assignment, starts, exits, retries',
  adapter: 'command line, environment, reports',
  metrics: 'device samples, counters, tokens',
  validator: 'health, stalls, missing outputs',
};

/** The logs that Drover itself wrote about a run. */
export function ComponentLogs({ snapshot }: { snapshot: RunSnapshot }) {
  const { run } = snapshot;
  const { sources, problem } = useComponentSources(snapshot);
  const jump = useLayout((state) => state.jump);
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = jump !== null && jump.run === run && !jump.source.startsWith('worker_') ? sourceKey(jump) : chosen;
  if (asked !== chosen) setChosen(asked);
  if (problem !== null) return <ProblemNote problem={problem} />;
  const shown = sources.find((source) => sourceKey(source) === chosen) ?? preferred(sources);
  if (shown === undefined) return <p className="run-message muted">Reading…</p>;
  const { source, step } = shown;
  return (
    <div className="component-logs">
      <div className="component-log-choice">
        <label>
          Log{' '}
          <select value={sourceKey(shown)} onChange={(event) => setChosen(event.target.value)}>
            {sources.map((one) => (
              <option key={sourceKey(one)} value={sourceKey(one)}>
                {sourceName(one)}
              </option>
            ))}
          </select>
        </label>
        <span className="muted one-line">{ABOUT[source] ?? ''}</span>
      </div>
      <LogPane
        key={`${run} ${sourceKey(shown)}`}
        log={step === null ? { run, source } : { run, source, step }}
        label={sourceName(shown)}
        emptyText="Nothing was written here yet."
      />
    </div>
  );
}

/** Returns the list of logs, requested again when a step begins or the run ends. */
function useComponentSources({ run, model, status }: RunSnapshot): { sources: LogSource[]; problem: Problem | null } {
  const client = useEngine();
  const [state, setState] = useState<{ sources: LogSource[]; problem: Problem | null }>({ sources: [], problem: null });
  const begun = model.state.steps.filter(({ started }) => started !== null).length;
  useEffect(() => {
    if (client === null) return undefined;
    let wanted = true;
    void call(client.logSources({ run })).then((answer) => {
      if (!wanted) return;
      const sources = answer.ok ? answer.value.filter(({ source }) => !source.startsWith('worker_')) : [];
      setState({ sources, problem: answer.ok ? null : answer.error });
    });
    return () => {
      wanted = false;
    };
  }, [client, run, begun, status]);
  return state;
}

function preferred(sources: readonly LogSource[]): LogSource | undefined {
  return sources.findLast(({ source }) => source === 'orchestrator') ?? sources[0];
}

function sourceKey({ source, step }: { source: string; step: number | null }): string {
  return step === null ? source : `${source} ${step}`;
}

function sourceName({ source, step }: { source: string; step: number | null }): string {
  return step === null ? source : `${source}, step ${step}`;
}
