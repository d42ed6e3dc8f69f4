import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import { plural } from '../../shared/format.ts';
import type { ItemState } from '../../shared/items/item.ts';
import type { Problem } from '../../shared/problem.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { RunSnapshot } from '../store/run-fold.ts';
import { refreshRuns } from '../store/runs-store.ts';

interface PickedItemsProps {
  snapshot: RunSnapshot;
  step: StepState;
  picked: ReadonlySet<number>;
  onClear: () => void;
}

/** The actions with the ticked items. */
export function PickedItems({ snapshot, step, picked, onClear }: PickedItemsProps) {
  const items = [...picked].flatMap((number) => step.items.at(number) ?? []);
  const outputs = items.flatMap((item) => item.outputs);
  const failed = items.filter(({ status }) => status === 'failed');
  return (
    <div className="picked-items" role="toolbar" aria-label="Selected items">
      <strong className="number" role="status">
        {plural(items.length, 'item')} selected
      </strong>
      <RetryPicked snapshot={snapshot} failed={failed} onDone={onClear} />
      <CopyButton
        text={() => items.map(({ file }) => file).join('\n')}
        label={items.length === 1 ? 'Copy path' : 'Copy paths'}
      />
      <CopyButton
        disabled={outputs.length === 0}
        text={() => outputs.join('\n')}
        label={outputs.length === 1 ? 'Copy output path' : 'Copy output paths'}
      />
      <OpenOutput items={items} />
      <button type="button" className="small plain" onClick={onClear}>
        Clear selection
      </button>
    </div>
  );
}

function RetryPicked({
  snapshot,
  failed,
  onDone,
}: {
  snapshot: RunSnapshot;
  failed: readonly ItemState[];
  onDone: () => void;
}) {
  const { run, live } = snapshot;
  const client = useEngine();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const retry = async (engine: EngineClient): Promise<void> => {
    setBusy(true);
    const answer = await call(engine.retryRun({ run, items: failed.map(({ file }) => file), detach: false }));
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    await refreshRuns(engine);
    if (answer.ok) onDone();
  };
  const why = live ? 'The run is active: its failed items can be retried when it has ended.' : undefined;
  return (
    <>
      <button
        type="button"
        className="small"
        disabled={busy || client === null || live || failed.length === 0}
        title={failed.length === 0 ? 'None of them has failed.' : why}
        onClick={() => client !== null && void retry(client)}
      >
        Retry {failed.length === 0 ? 'failed' : `${plural(failed.length, 'failed item')}`}
      </button>
      {problem !== null && <ProblemNote problem={problem} />}
    </>
  );
}

/** Opens an output; only the desktop can do that, a browser can only copy its path. */
function OpenOutput({ items }: { items: readonly ItemState[] }) {
  const shell = window.drover;
  const [message, setMessage] = useState('');
  const [first] = items.length === 1 ? (items[0]?.outputs ?? []) : [];
  if (shell === undefined) return null;
  return (
    <>
      <button
        type="button"
        className="small"
        disabled={first === undefined}
        onClick={() => first !== undefined && void shell.openPath(first).then(setMessage)}
      >
        Open output
      </button>
      <button
        type="button"
        className="small"
        disabled={first === undefined}
        onClick={() => first !== undefined && void shell.showInFolder(first)}
      >
        Show in folder
      </button>
      {message !== '' && <span className="bad">{message}</span>}
    </>
  );
}
