import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PreviewProgress } from '../../shared/contract/events.ts';
import type { LaunchCheck, LaunchRequest, Plan } from '../../shared/contract/launch.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

/** The pause in typing after which the engine is asked (milliseconds): short enough to feel live, long enough to type a number. */
const PAUSE_MS = 250;

export interface PlanState {
  /** The last plan, which is out of date while `asking`; null where there is none. */
  plan: Plan | null;
  /** The checks, as old as the plan. */
  checks: readonly LaunchCheck[];
  /** Why there is no plan. */
  problem: Problem | null;
  asking: boolean;
  /** The progress; null until the engine has reported it. */
  progress: PreviewProgress | null;
  /** Whether it was cancelled and nothing has changed since. */
  cancelled: boolean;
}

const NOTHING: PlanState = {
  plan: null,
  checks: [],
  problem: null,
  asking: false,
  progress: null,
  cancelled: false,
};

export interface Planning extends PlanState {
  /** Ends the counting; nothing is planned until something changes. */
  cancel: () => void;
  /** Counts and checks again, although nothing was changed here. */
  again: () => void;
}

/** Requests the assignment for a request, again after each change. Answers to earlier requests are ignored. */
export function usePlan(client: EngineClient, request: LaunchRequest | null): Planning {
  const [state, setState] = useState<PlanState>(NOTHING);
  const [turn, setTurn] = useState(0);
  const latest = useRef(request);
  const underWay = useRef<string | null>(null);
  useEffect(() => {
    latest.current = request;
  });
  // A name does not change the assignment.
  const question = request === null ? null : JSON.stringify({ ...request, name: undefined });
  useEffect(() => {
    if (question === null) {
      setState(NOTHING);
      return;
    }
    // Each turn is one more request.
    const preview = `${turn} ${crypto.randomUUID()}`;
    setState((before) => ({ ...before, asking: true, progress: null, cancelled: false }));
    const unsubscribe = client.subscribe({
      previewProgress: (push) => push.preview === preview && setState((before) => ({ ...before, ...push })),
    });
    const ask = async (): Promise<void> => {
      const asked = latest.current;
      if (asked === null) return;
      underWay.current = preview;
      const answer = await call(client.previewLaunch({ ...asked, preview }));
      if (underWay.current !== preview) return;
      underWay.current = null;
      setState(answer.ok ? { ...NOTHING, ...answer.value } : refused(answer.error));
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      unsubscribe();
      if (underWay.current !== preview) return;
      underWay.current = null;
      void client.cancelPreview({ preview }).catch(() => undefined);
    };
  }, [client, question, turn]);
  const cancel = useCallback(() => {
    const preview = underWay.current;
    if (preview !== null) void client.cancelPreview({ preview }).catch(() => undefined);
  }, [client]);
  const again = useCallback(() => setTurn((count) => count + 1), []);
  return { ...state, cancel, again };
}

function refused(problem: Problem): PlanState {
  return problem.reason === 'cancelled' ? { ...NOTHING, cancelled: true } : { ...NOTHING, problem };
}
