import { create } from 'zustand';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { RunFold, type RunSnapshot } from './run-fold.ts';

/** The shortest time between two redraws: a run of small items has hundreds of events a second (milliseconds). */
const DRAW_EVERY_MS = 100;

interface RunStoreState {
  snapshots: Readonly<Record<string, RunSnapshot>>;
  /** Why a run cannot be shown. */
  refusals: Readonly<Record<string, Problem>>;
}

export const useRunStore = create<RunStoreState>(() => ({ snapshots: {}, refusals: {} }));

/**
 * Watches a run from its first event. The earlier snapshot stays visible until the new fold has caught up.
 * @returns ends the watch and removes the snapshot
 */
export function watchRun(client: EngineClient, run: string): () => void {
  const fold = new RunFold();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = (): void => {
    timer = undefined;
    const snapshot = fold.snapshot(run);
    if (snapshot !== null) useRunStore.setState((state) => ({ snapshots: { ...state.snapshots, [run]: snapshot } }));
  };
  const drawSoon = (): void => {
    timer ??= setTimeout(draw, DRAW_EVERY_MS);
  };
  const unsubscribe = client.subscribe({
    runEvents: (push) => push.run === run && (fold.addEvents(push.events), drawSoon()),
    runProgress: (push) => push.run === run && (fold.setProgress(push.progress), drawSoon()),
    runProblems: (push) => push.run === run && (fold.addProblems(push.problems), drawSoon()),
    runEnded: (push) => push.run === run && (fold.end(push.status), drawSoon()),
  });
  void call(client.watchRun({ run })).then((answer) => {
    if (answer.ok) fold.begin(answer.value);
    useRunStore.setState(({ refusals }) => ({ refusals: withRefusal(refusals, run, answer.ok ? null : answer.error) }));
    drawSoon();
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
    void client.unwatchRun({ run }).catch(() => undefined);
  };
}

/** Drops the snapshots of all runs but one: only the run that is shown is kept in memory. */
export function keepOnly(run: string | null): void {
  useRunStore.setState(({ snapshots }) => {
    const kept = run === null ? undefined : snapshots[run];
    return { snapshots: kept === undefined ? {} : { [kept.run]: kept } };
  });
}

function withRefusal(
  refusals: Readonly<Record<string, Problem>>,
  run: string,
  refusal: Problem | null,
): Readonly<Record<string, Problem>> {
  const { [run]: _, ...others } = refusals;
  return refusal === null ? others : { ...others, [run]: refusal };
}
