import { useEffect } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { bytes, count, plural } from '../../shared/format.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { isActive } from '../parts/status-words.ts';
import { askSizes, useRuns } from '../store/runs-store.ts';

/** The most runs that are named; more would hide the question. */
const NAMED_RUNS = 5;
/** The number of sizes that are requested in one call. */
const SIZES_AT_ONCE = 100;

interface DeleteDialogProps {
  chosen: readonly RunListEntry[];
  onDelete: () => void;
  onClose: () => void;
}

/** Asks before runs are deleted, and shows which, how much that frees, and what is kept. */
export function DeleteDialog({ chosen, onDelete, onClose }: DeleteDialogProps) {
  const doomed = chosen.filter(({ status }) => !isActive(status));
  const active = chosen.length - doomed.length;
  useSizes(doomed);
  const unmeasured = useRuns((state) => state.unmeasured);
  const [only] = doomed;
  const title =
    doomed.length === 1 && only !== undefined
      ? `Delete “${only.name ?? only.run}”?`
      : `Delete ${plural(doomed.length, 'run')}?`;
  return (
    <ConfirmDialog
      title={title}
      onClose={onClose}
      actions={
        <button type="button" className="danger" onClick={onDelete}>
          Delete {doomed.length === 1 ? 'run' : plural(doomed.length, 'run')}
        </button>
      }
    >
      <p>
        Logs, records and the outputs in the run’s folder are deleted,{' '}
        <strong>{sizeText(doomed, unmeasured !== null)}</strong>, and cannot be restored. Outputs in a folder of your
        own are kept.
      </p>
      {doomed.length > 1 && (
        <ul className="history-doomed">
          {doomed.slice(0, NAMED_RUNS).map(({ directory, name, run, pipeline }) => (
            <li key={directory} className="one-line">
              {name ?? pipeline} <span className="muted">{run}</span>
            </li>
          ))}
          {doomed.length > NAMED_RUNS && <li className="muted">and {count(doomed.length - NAMED_RUNS)} more</li>}
        </ul>
      )}
      {unmeasured !== null && <ProblemNote problem={unmeasured} />}
      {active > 0 && <p>{plural(active, 'active run')} will be kept: to delete an active run, stop it first.</p>}
    </ConfirmDialog>
  );
}

/** Requests the unknown sizes, a part at a time: the sum grows while the person reads. */
function useSizes(runs: readonly RunListEntry[]): void {
  const client = useEngine();
  const next = runs
    .filter(({ bytes }) => bytes === null)
    .slice(0, SIZES_AT_ONCE)
    .map(({ run }) => run)
    .join(' ');
  useEffect(() => {
    if (client !== null && next !== '') void askSizes(client, next.split(' '));
  }, [client, next]);
}

function sizeText(runs: readonly RunListEntry[], isUnmeasured: boolean): string {
  const known = runs.filter(({ bytes }) => bytes !== null);
  const sum = known.reduce((total, run) => total + (run.bytes ?? 0), 0);
  if (known.length === runs.length) return bytes(sum);
  if (known.length === 0) return isUnmeasured ? 'of unknown size' : 'being measured…';
  return `more than ${bytes(sum)}`;
}
