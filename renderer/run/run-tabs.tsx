import { useMemo } from 'react';
import { deviceLabel } from '../../shared/device.ts';
import { count } from '../../shared/format.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import { totalCounts } from '../../shared/run/run-state.ts';
import { loadedLater } from '../parts/loaded-later.tsx';
import { type Tab, Tabs } from '../parts/tabs.tsx';
import { showTab } from '../store/layout-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { LogPane } from '../terminal/log-pane.tsx';
import { ComponentLogs } from './component-logs.tsx';
import { ItemsTable } from './items-table.tsx';
import { printedGroups, unreportedGroups } from './printed-problems.ts';
import { countFailedWorkers, failureGroups } from './problem-groups.ts';
import { ProblemList } from './problem-list.tsx';
import { RunSummary } from './run-summary.tsx';
import { WorkerGrid } from './worker-grid.tsx';

const MetricsView = loadedLater(async () => (await import('../devices/metrics-view.tsx')).MetricsView);

interface RunTabsProps {
  snapshot: RunSnapshot;
  step: StepState;
  tab: string | null;
}

/** The tabs of a run: all workers, one per worker, and those of the whole run. */
export function RunTabs({ snapshot, step, tab }: RunTabsProps) {
  const { problems, model } = snapshot;
  const groups = useMemo(() => printedGroups(problems), [problems]);
  const printed = groups.length === 0 ? 0 : unreportedGroups(groups, failureGroups(model.state)).length;
  const tabs = tabsOf(snapshot, step, printed);
  const selected = tabs.find(({ id }) => id === tab)?.id ?? tabs[0]?.id ?? 'summary';
  return (
    <Tabs name="Views of the run" tabs={tabs} selected={selected} onSelect={showTab}>
      <Panel id={selected} snapshot={snapshot} step={step} />
    </Tabs>
  );
}

/** @param printed the number of groups of printed warnings and errors that no failure reports */
function tabsOf(snapshot: RunSnapshot, step: StepState, printed: number): Tab[] {
  const workers = step.workers.map(
    ({ worker, rank }): Tab => ({ id: worker, label: `Worker ${rank}`, group: 'workers' }),
  );
  const { state } = snapshot.model;
  const failed = totalCounts(state).failed + countFailedWorkers(state);
  const found = printed + failed;
  return [
    ...(workers.length > 1 ? [{ id: 'grid', label: 'All workers', group: 'workers' } as const] : []),
    ...workers,
    { id: 'items', label: 'Items', group: 'others' },
    { id: 'problems', label: <CountedLabel text="Problems" total={found} bad={failed > 0} />, group: 'others' },
    { id: 'metrics', label: 'Metrics', group: 'others' },
    { id: 'logs', label: 'Component logs', group: 'others' },
    { id: 'summary', label: 'Summary', group: 'others' },
  ];
}

function CountedLabel({ text, total, bad }: { text: string; total: number; bad: boolean }) {
  return (
    <>
      {text}
      {total > 0 && <span className={bad ? 'tab-count bad' : 'tab-count'}>{count(total)}</span>}
    </>
  );
}

function Panel({ id, snapshot, step }: { id: string; snapshot: RunSnapshot; step: StepState }) {
  const { run } = snapshot;
  switch (id) {
    case 'grid':
      return <WorkerGrid snapshot={snapshot} step={step} />;
    case 'items':
      return <ItemsTable snapshot={snapshot} step={step} />;
    case 'problems':
      return <ProblemList snapshot={snapshot} />;
    case 'metrics':
      return <MetricsView key={step.step} snapshot={snapshot} step={step} />;
    case 'logs':
      return <ComponentLogs snapshot={snapshot} />;
    case 'summary':
      return <RunSummary snapshot={snapshot} />;
    default: {
      const worker = step.workers.find((one) => one.worker === id);
      if (worker === undefined) return <p className="run-message muted">This step has no {id}.</p>;
      return (
        <LogPane
          key={`${run} ${step.step} ${id}`}
          log={{ run, source: id, step: step.step }}
          label={`worker ${worker.rank} on ${deviceLabel(worker.device)}`}
          emptyText="This worker has printed nothing yet."
          notBefore={(offset) => snapshot.times.notBefore(step.step, worker.rank, offset)}
        />
      );
    }
  }
}
