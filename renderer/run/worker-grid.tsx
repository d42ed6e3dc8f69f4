import { useRef } from 'react';
import { deviceLabel } from '../../shared/device.ts';
import { fileNames } from '../../shared/pipeline/placeholders.ts';
import type { StepState, WorkerRecord } from '../../shared/run/run-model.ts';
import { MiddleCut } from '../parts/middle-cut.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { statusWithin } from '../parts/status-words.ts';
import { useOnScreen } from '../parts/use-on-screen.ts';
import { showTab } from '../store/layout-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { LogPane } from '../terminal/log-pane.tsx';

/** All workers of a step side by side. Only visible panes have a terminal. */
export function WorkerGrid({ snapshot, step }: { snapshot: RunSnapshot; step: StepState }) {
  return (
    <ul className="worker-grid">
      {step.workers.map((worker) => (
        <GridCell key={worker.worker} snapshot={snapshot} step={step} worker={worker} />
      ))}
    </ul>
  );
}

function GridCell({ snapshot, step, worker }: { snapshot: RunSnapshot; step: StepState; worker: WorkerRecord }) {
  const { run, status } = snapshot;
  const cell = useRef<HTMLLIElement>(null);
  const visible = useOnScreen(cell);
  const file = step.items.at(worker.holding.first ?? -1)?.file;
  return (
    <li ref={cell} className="grid-cell">
      <div className="grid-cell-head">
        <button type="button" className="plain small" onClick={() => showTab(worker.worker)}>
          Worker {worker.rank}
        </button>
        <span className="muted">{deviceLabel(worker.device)}</span>
        <span className="muted one-line">{file === undefined ? '' : <MiddleCut text={fileNames(file).name} />}</span>
        <StatusBadge status={statusWithin(status, worker.state.status)} />
      </div>
      {visible && (
        <LogPane
          key={`${run} ${step.step}`}
          small
          log={{ run, source: worker.worker, step: step.step }}
          label={`worker ${worker.rank} on ${deviceLabel(worker.device)}`}
          emptyText="Nothing printed yet."
        />
      )}
    </li>
  );
}
