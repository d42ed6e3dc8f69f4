import './run-view.css';
import { useEffect } from 'react';
import { totalCounts } from '../../shared/run/run-state.ts';
import { reportedUntil } from '../../shared/run/run-time.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { isActive } from '../parts/status-words.ts';
import { useNow } from '../parts/use-now.ts';
import { goTo, settleOn, useLayout } from '../store/layout-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { useRun } from '../store/use-run.ts';
import { RunHeader } from './run-header.tsx';
import { RunTabs } from './run-tabs.tsx';
import { StepList } from './step-list.tsx';
import { WorkerTable } from './worker-table.tsx';

interface RunViewProps {
  run: string;
  /** null: the latest step that has begun. */
  step: number | null;
  tab: string | null;
}

/** One run: its status, its steps and workers, and everything they printed. */
export function RunView({ run, step, tab }: RunViewProps) {
  const { snapshot, refusal } = useRun(run);
  useFirstTab(snapshot, tab);
  if (refusal !== null) {
    return (
      <div className="run-message">
        <h1>Run {run}</h1>
        <ProblemNote problem={refusal} />
      </div>
    );
  }
  if (snapshot === null) {
    return (
      <p className="run-message muted" role="status">
        Reading run {run}…
      </p>
    );
  }
  return <LoadedRun snapshot={snapshot} chosenStep={step} tab={tab} />;
}

/** Selects the first tab once, when the run is known: it stays when the run ends. */
function useFirstTab(snapshot: RunSnapshot | null, tab: string | null): void {
  useEffect(() => {
    const { route } = useLayout.getState();
    if (snapshot === null || tab !== null || route.page !== 'run' || route.run !== snapshot.run) return;
    const chosen = firstTab(snapshot);
    if (chosen !== null) settleOn({ ...route, tab: chosen });
  }, [snapshot, tab]);
}

interface LoadedRunProps {
  snapshot: RunSnapshot;
  chosenStep: number | null;
  tab: string | null;
}

function LoadedRun({ snapshot, chosenStep, tab }: LoadedRunProps) {
  const { run, model, live } = snapshot;
  const time = useNow(live);
  const now = reportedUntil(model.state, live, time);
  const view = model.view(now, chosenStep ?? undefined);
  const { steps } = model.state;
  const step = steps.find((one) => one.step === view?.step) ?? null;
  const choose = (number: number): void => goTo({ page: 'run', run, step: number, tab });
  return (
    <article className="run-view" aria-label={`Run ${model.state.name ?? run}`}>
      <RunHeader snapshot={snapshot} now={now} />
      {steps.length > 1 && (
        <StepList run={snapshot.status} steps={steps} selected={step?.step ?? null} onSelect={choose} />
      )}
      {view !== null && step !== null && <WorkerTable snapshot={snapshot} view={view} step={step} />}
      {step === null ? (
        <p className="run-message muted" role="status">
          {snapshot.status === 'queued'
            ? 'The first step begins when the run has its devices.'
            : 'The first step has not begun: its files are being checked.'}
        </p>
      ) : (
        <RunTabs snapshot={snapshot} step={step} tab={tab} />
      )}
    </article>
  );
}

/** Returns the best tab for a run when it is opened: the output of its workers while it runs, later the problems or the summary. */
function firstTab({ model, status }: Pick<RunSnapshot, 'model' | 'status'>): string | null {
  const { state } = model;
  if (!isActive(status)) return totalCounts(state).failed > 0 ? 'problems' : 'summary';
  const workers = state.steps.findLast(({ started }) => started !== null)?.workers ?? [];
  if (workers.length === 0) return null;
  return workers.length === 1 ? 'worker_0' : 'grid';
}
