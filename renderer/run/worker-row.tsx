import type { DeviceSeries } from '../../shared/contract/runs.ts';
import { count } from '../../shared/format.ts';
import type { WorkerView } from '../../shared/run/progress-model.ts';
import type { WorkerRecord } from '../../shared/run/run-model.ts';
import type { Figure } from '../devices/device-figures.ts';
import { MiddleCut } from '../parts/middle-cut.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import type { ShownStatus } from '../parts/status-words.ts';
import { showTab } from '../store/layout-store.ts';
import { FigureCells } from './figure-cells.tsx';

interface WorkerRowProps {
  record: WorkerRecord;
  worker: WorkerView;
  status: ShownStatus;
  figures: readonly Figure[];
  series: DeviceSeries | undefined;
  live: boolean;
  from: number;
  to: number;
  marks: readonly number[];
}

/** One worker: its status, device, progress and present item, and the figures of the device. */
export function WorkerRow({ record, worker, status, ...figures }: WorkerRowProps) {
  const { device, rank } = record;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="plain small" onClick={() => showTab(worker.worker)}>
          Worker {rank}
        </button>
      </th>
      <td className="one-line" title={device.name}>
        {figures.live && worker.onDevice === false ? (
          <OffDevice device={worker.device} />
        ) : (
          <>
            {worker.device} <span className="device-name muted">{device.name}</span>
          </>
        )}
      </td>
      <td>
        <StatusBadge status={status} />
      </td>
      <td>
        <ItemsDone worker={worker} />
      </td>
      {figures.live && (
        <td>
          <PresentItem worker={worker} />
        </td>
      )}
      <FigureCells worker={worker} {...figures} />
    </tr>
  );
}

/** Replaces the device's name: a badge after it would be the first part to be cut off. */
function OffDevice({ device }: { device: string }) {
  return (
    <span
      className="status-badge bad"
      title={`The worker’s process is not on ${device}, which was assigned to it. Check that the program respects CUDA_VISIBLE_DEVICES.`}
    >
      <span aria-hidden="true">!</span> not on {device}
    </span>
  );
}

function ItemsDone({ worker }: { worker: WorkerView }) {
  const { done, failed, expected } = worker;
  return (
    <div className="bar-and-text">
      <progress
        aria-label={`Items done by ${worker.worker}`}
        max={expected === 0 ? 1 : expected}
        value={expected === 0 ? 1 : done}
        className={failed > 0 ? 'with-failures' : undefined}
      />
      <span className="number">
        {count(done)}
        {failed > 0 && (
          <span className="bad" title={`${count(failed)} failed`}>
            {' '}
            · {count(failed)} ✕<span className="unseen"> failed</span>
          </span>
        )}
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
        <MiddleCut text={worker.file} />
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

/** Why a worker has no item, if the reason is known. */
function Waiting({ reason }: { reason: string | null }) {
  if (reason === null) return <span className="muted">–</span>;
  return (
    <span className="one-line muted" title={reason}>
      {reason}
    </span>
  );
}
