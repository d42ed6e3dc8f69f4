import { useEffect, useRef, useState } from 'react';
import type { LaunchRequest, Plan } from '../../shared/contract/launch.ts';
import type { EngineClient } from '../../shared/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

/** Typing pauses this long before the engine is asked (milliseconds): short enough to feel live, long enough for a number of digits. */
const PAUSE_MS = 250;

export interface PlanState {
  /** The last plan, which is out of date while `asking`; null where there is none. */
  plan: Plan | null;
  /** Why there is no plan. */
  problem: Problem | null;
  asking: boolean;
}

const NOTHING: PlanState = { plan: null, problem: null, asking: false };

/** The assignment that a request would get, asked for again after each change. Answers to what was asked before are ignored. */
export function usePlan(client: EngineClient, request: LaunchRequest | null): PlanState {
  const [state, setState] = useState<PlanState>(NOTHING);
  const latest = useRef(request);
  useEffect(() => {
    latest.current = request;
  });
  // A name changes nothing about the assignment.
  const question = request === null ? null : JSON.stringify({ ...request, name: undefined });
  useEffect(() => {
    if (question === null) {
      setState(NOTHING);
      return;
    }
    let current = true;
    setState((before) => ({ ...before, asking: true }));
    const ask = async (): Promise<void> => {
      const asked = latest.current;
      if (asked === null) return;
      const answer = await call(client.plan(asked));
      if (!current) return;
      setState({
        plan: answer.ok ? answer.value : null,
        problem: answer.ok ? null : answer.error,
        asking: false,
      });
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, question]);
  return state;
}
