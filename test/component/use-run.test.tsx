import { afterEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useConnection } from '../../renderer/store/connection-store.ts';
import { useRuns } from '../../renderer/store/runs-store.ts';
import { useRun } from '../../renderer/store/use-run.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Events } from '../../shared/contract/events.ts';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { RunEndStatus, RunEvent } from '../../shared/run/run-events.ts';
import type { RunStatus, RunStatusDocument } from '../../shared/run/run-status.ts';
import { beginning, RUN } from './rig/made-snapshot.ts';

/** How a watch of the run goes: what its answer says, and whether it is over at once. */
interface Watch {
  status: RunStatus;
  ended?: RunStatus;
  /** When the run ended, by the journal. */
  endedAt?: string;
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

it('a run that was resumed and has ended again before the list told of it is looked at again', async () => {
  const [first, second] = ['2026-11-21T06:00:00.000Z', '2026-11-21T07:00:00.000Z'];
  serve([
    { status: 'failed', ended: 'failed', endedAt: first },
    { status: 'completed', ended: 'completed', endedAt: second },
  ]);
  useRuns.setState({ entries: [{ run: RUN, status: 'failed', ended: first } as RunListEntry] });
  await render(<Shown />);
  await expect.element(page.getByText('failed, over')).toBeVisible();
  useRuns.setState({ entries: [{ run: RUN, status: 'completed', ended: second } as RunListEntry] });
  await expect.element(page.getByText('completed, over')).toBeVisible();
});

function Shown() {
  const { snapshot } = useRun(RUN);
  return <p>{snapshot === null ? 'nothing yet' : `${snapshot.status}, ${snapshot.live ? 'live' : 'over'}`}</p>;
}

function ending({ ended, endedAt }: Watch): RunEvent[] {
  if (ended === undefined || endedAt === undefined) return [];
  const items = { total: 2, pending: 0, running: 0, complete: 2, failed: 0, skipped: 0 };
  return [{ type: 'run-ended', time: endedAt, status: ended as RunEndStatus, items }];
}

/** An engine with one run, listed as active, whose watches go one after the other as they are given; the last one goes on. */
function serve(watches: Watch[]): void {
  const listeners = new Set<Partial<Events>>();
  const begin = (): Promise<Result<RunStatusDocument, Problem>> => {
    const [next] = watches;
    if (next === undefined) throw new Error('No watch is given');
    const watch = watches.length > 1 ? (watches.shift() ?? next) : next;
    queueMicrotask(() => {
      for (const { runEvents, runEnded } of listeners) {
        runEvents?.({ run: RUN, events: [...beginning(2), ...ending(watch)] });
        if (watch.ended !== undefined) runEnded?.({ run: RUN, status: watch.ended });
      }
    });
    const document = { status: watch.status, directory: '', items: { total: 2, complete: 0, failed: 0 } };
    return Promise.resolve({ ok: true, value: document as RunStatusDocument });
  };
  const client: Partial<EngineClient> = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchRun: begin,
    unwatchRun: () => Promise.resolve({ ok: true, value: undefined }),
  };
  useRuns.setState({ entries: [{ run: RUN, status: 'running' } as RunListEntry], loaded: true });
  useConnection.setState({ client: client as EngineClient });
}
