import { afterEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useConnection } from '../../renderer/store/connection-store.ts';
import { useRuns } from '../../renderer/store/runs-store.ts';
import { useRun } from '../../renderer/store/use-run.ts';
import type { Events } from '../../shared/contract/events.ts';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { EngineClient } from '../../shared/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { RunStatus, RunStatusDocument } from '../../shared/run-status.ts';
import { beginning, RUN } from './rig/made-snapshot.ts';

/** How a watch of the run goes: what its answer says, and whether it is over at once. */
interface Watch {
  status: RunStatus;
  ended?: RunStatus;
}

afterEach(() => useRuns.setState({ entries: [] }));

it('a run that is listed as active is watched until a watch goes on, however often one is over at once', async () => {
  serve([
    { status: 'running', ended: 'stopped' },
    { status: 'running', ended: 'stopped' },
    { status: 'running', ended: 'stopped' },
    { status: 'running' },
  ]);
  await render(<Shown />);
  await expect.element(page.getByText('running, live')).toBeVisible();
});

it('a run that was seen before it had its first owner is not called interrupted for good', async () => {
  serve([{ status: 'interrupted' }, { status: 'running' }]);
  await render(<Shown />);
  await expect.element(page.getByText('running, live')).toBeVisible();
});

function Shown() {
  const { snapshot } = useRun(RUN);
  return <p>{snapshot === null ? 'nothing yet' : `${snapshot.status}, ${snapshot.live ? 'live' : 'over'}`}</p>;
}

/** An engine with one run, listed as active, whose watches go one after the other as they are given; the last one goes on. */
function serve(watches: Watch[]): void {
  const listeners = new Set<Partial<Events>>();
  const begin = (): Promise<Result<RunStatusDocument, Problem>> => {
    const watch = watches.length > 1 ? watches.shift() : watches[0];
    queueMicrotask(() => {
      for (const { runEvents, runEnded } of listeners) {
        runEvents?.({ run: RUN, events: beginning(2) });
        if (watch?.ended !== undefined) runEnded?.({ run: RUN, status: watch.ended });
      }
    });
    const document = { status: watch?.status, directory: '', items: { total: 2, complete: 0, failed: 0 } };
    return Promise.resolve({ ok: true, value: document as RunStatusDocument });
  };
  const client: Partial<EngineClient> = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchRun: begin,
    unwatchRun: () => Promise.resolve(),
  };
  useRuns.setState({ entries: [{ run: RUN, status: 'running' } as RunListEntry], loaded: true });
  useConnection.setState({ client: client as EngineClient });
}
