import type { ProgressView, WorkerView } from '../../shared/progress-model.ts';
import type { StepState } from '../../shared/run-state.ts';
import { counted, shownNumber } from '../parts/count.ts';
import { shownBytes } from '../parts/shown-bytes.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { statusWords } from '../parts/status-words.ts';
import { showTab } from '../store/layout-store.ts';
import { setPaneSettings, usePaneSettings } from '../store/pane-settings-store.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { useMemoryTotals } from './use-memory-totals.ts';

interface WorkerTableProps {
  snapshot: RunSnapshot;
  view: ProgressView;
  step: StepState;
}

/** One row per worker: what it does, on which device, how far it is. */
export function WorkerTable({ snapshot, view, step }: WorkerTableProps) {
  const { live } = snapshot;
  const totals = useMemoryTotals(live);
  const open = usePaneSettings((settings) => settings.workersOpen);
  return (
    <details
      className={live ? 'worker-table live' : 'worker-table'}
      open={open}
      onToggle={({ currentTarget }) => setPaneSettings({ workersOpen: currentTarget.open })}
    >
      <summary>
        {counted(view.workers.length, 'worker')}
        <span className="muted"> {workersInWords(view.workers)}</span>
      </summary>
      <div className="worker-rows">
        <table aria-label={`Workers of step ${step.name}`}>
          <thead>
            <tr>
              <th scope="col">Worker</th>
              <th scope="col">Device</th>
              <th scope="col">State</th>
              <th scope="col">Items done</th>
              <th scope="col">Present item</th>
              {live && (
                <>
                  <th scope="col" className="right">
                    Utilization
                  </th>
                  <th scope="col" className="right">
                    Memory
                  </th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {view.workers.map((worker, rank) => {
              const device = step.workers[rank]?.device;
              return (
                <tr key={worker.worker}>
                  <th scope="row">
                    <button type="button" className="plain small" onClick={() => showTab(worker.worker)}>
                      Worker {rank}
                    </button>
                  </th>
                  <td className="one-line" title={device?.name}>
                    {worker.device} <span className="device-name muted">{device?.name}</span>
                    {worker.onDevice === false && <span className="off-device"> not on its device</span>}
                  </td>
                  <td>
                    <StatusBadge status={worker.status} />
                  </td>
                  <td>
                    <ItemsDone worker={worker} />
                  </td>
                  <td>
                    <PresentItem worker={worker} />
                  </td>
                  {live && (
                    <>
                      <td className="number right">
                        {worker.utilization === null ? '–' : `${Math.round(worker.utilization)} %`}
                      </td>
                      <td className="number right">
                        {memoryText(worker.memoryUsed, device === undefined ? null : totals(device))}
                      </td>
                    </>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** `3 running, 1 failed`. */
function workersInWords(workers: readonly WorkerView[]): string {
  const counts = new Map<string, number>();
  for (const { status } of workers) {
    const word = statusWords(status).word.toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

function ItemsDone({ worker }: { worker: WorkerView }) {
  const { done, failed, total } = worker;
  return (
    <div className="bar-and-text">
      <progress
        aria-label={`Items done by ${worker.worker}`}
        max={Math.max(1, total)}
        value={done}
        className={failed > 0 ? 'with-failures' : undefined}
      />
      <span className="number">
        {shownNumber(done)}
        {failed > 0 && <span className="bad"> ({shownNumber(failed)} failed)</span>}
      </span>
    </div>
  );
}

function PresentItem({ worker }: { worker: WorkerView }) {
  if (worker.file === null) return <Waiting reason={worker.waiting} />;
  const share = worker.fileShare;
  return (
    <div className="present-item">
      <span className="one-line" title={worker.file}>
        {worker.file}
      </span>
      {share !== null && (
        <>
          <progress aria-label={`Done of ${worker.file}`} max={1} value={share} />
          <span className="number muted">{Math.floor(share * 100)} %</span>
        </>
      )}
    </div>
  );
}

/** Why a worker has nothing in hand, where there is more to say than that. */
function Waiting({ reason }: { reason: string | null }) {
  if (reason === null) return <span className="muted">–</span>;
  return (
    <span className="one-line muted" title={reason}>
      {reason}
    </span>
  );
}

function memoryText(used: number | null, total: number | null): string {
  if (used === null) return '–';
  return total === null ? shownBytes(used) : `${shownBytes(used)} / ${shownBytes(total)}`;
}
