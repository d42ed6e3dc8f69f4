import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import { plural } from '../../shared/format.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { totalCounts } from '../../shared/run/run-state.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { TakeOutDialog } from '../queue/take-out-dialog.tsx';
import type { RunSnapshot } from '../store/run-fold.ts';
import { refreshRuns } from '../store/runs-store.ts';
import { possibleActions } from './possible-actions.ts';

/** The name of the requester in the run's journal. */
const BY = 'window';

/** The buttons of a run; the possible actions depend on its status. */
export function RunActions({ snapshot }: { snapshot: RunSnapshot }) {
  // An ended run stays live for a moment: its owner still writes the records, and no other process can take it until the owner releases it.
  const { run, status, model, live } = snapshot;
  const { state, act, dismiss } = useAction();
  const [asking, setAsking] = useState(false);
  const { failed } = totalCounts(model.state);
  const can = possibleActions(status, failed);
  const isQueued = status === 'queued';
  const stop = (force: boolean): void => {
    setAsking(false);
    act((client) => client.stopRun({ run, force, by: BY }));
  };
  return (
    <div className="run-actions">
      {can.resume && (
        <button
          type="button"
          disabled={state.busy || live}
          onClick={() => act((client) => client.resumeRun({ run, detach: false }))}
        >
          Resume
        </button>
      )}
      {can.retry && (
        <button
          type="button"
          disabled={state.busy || live}
          onClick={() => act((client) => client.retryRun({ run, items: [], detach: false }))}
        >
          Retry {plural(failed, 'failed item')}
        </button>
      )}
      {can.stop && (
        <button type="button" className="danger" disabled={state.busy} onClick={() => setAsking(true)}>
          {isQueued ? 'Take out of the queue…' : 'Stop…'}
        </button>
      )}
      {can.kill && (
        <button type="button" className="danger" disabled={state.busy} onClick={() => stop(true)}>
          Kill now
        </button>
      )}
      {asking && isQueued && (
        <TakeOutDialog name={model.state.name ?? run} onTakeOut={() => stop(false)} onClose={() => setAsking(false)} />
      )}
      {asking && !isQueued && <StopDialog onStop={stop} onClose={() => setAsking(false)} />}
      {state.problem !== null && <ActionProblem problem={state.problem} onClose={dismiss} />}
    </div>
  );
}

function StopDialog({ onStop, onClose }: { onStop: (force: boolean) => void; onClose: () => void }) {
  return (
    <ConfirmDialog
      title="Stop this run?"
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={() => onStop(true)}>
            Kill at once
          </button>
          <button type="button" className="danger" onClick={() => onStop(false)}>
            Stop
          </button>
        </>
      }
    >
      <p>
        Its workers are asked to end, and are killed if they have not ended after a few seconds. Items that are running
        begin again with “Resume”; complete items are kept.
      </p>
    </ConfirmDialog>
  );
}

function ActionProblem({ problem, onClose }: { problem: Problem; onClose: () => void }) {
  return (
    <ConfirmDialog title="That did not work" onClose={onClose} actions={null}>
      <ProblemNote problem={problem} />
    </ConfirmDialog>
  );
}

interface ActionState {
  busy: boolean;
  problem: Problem | null;
}

/** Executes one request at a time; afterwards the list of runs is up to date. */
function useAction() {
  const client = useEngine();
  const [state, setState] = useState<ActionState>({ busy: false, problem: null });
  const perform = async (
    engine: EngineClient,
    ask: (client: EngineClient) => Promise<Result<unknown, Problem>>,
  ): Promise<void> => {
    setState({ busy: true, problem: null });
    const answer = await call(ask(engine));
    await refreshRuns(engine);
    setState({ busy: false, problem: answer.ok ? null : answer.error });
  };
  return {
    state: { ...state, busy: state.busy || client === null },
    act: (ask: (client: EngineClient) => Promise<Result<unknown, Problem>>): void => {
      if (client !== null) void perform(client, ask);
    },
    dismiss: () => setState({ busy: false, problem: null }),
  };
}
