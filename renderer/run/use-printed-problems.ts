import { useEffect, useState } from 'react';
import type { LogProblem } from '../../shared/contract/logs.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import type { RunSnapshot } from '../store/run-fold.ts';

interface PrintedProblems {
  problems: readonly LogProblem[];
  /** Whether the logs are being read for them. */
  reading: boolean;
  refusal: Problem | null;
  /** Reads the logs again; null where what is new comes by itself. */
  again: (() => void) | null;
}

/**
 * Warnings and errors that workers printed. The engine that owns a run tells them while it runs; of other runs, and of those that are over,
 * the logs are read when somebody looks.
 */
export function usePrintedProblems({ run, live, problems, figuresAt }: RunSnapshot): PrintedProblems {
  const client = useEngine();
  const [read, setRead] = useState<{ problems: readonly LogProblem[]; refusal: Problem | null } | null>(null);
  const [turn, setTurn] = useState(0);
  const isTold = (live && figuresAt > 0) || problems.length > 0;
  useEffect(() => {
    if (client === null || isTold) return undefined;
    let wanted = true;
    // Each turn is one more reading.
    void call(client.logProblems({ run })).then(
      (answer) =>
        wanted && setRead({ problems: answer.ok ? answer.value : [], refusal: answer.ok ? null : answer.error }),
    );
    return () => {
      wanted = false;
    };
  }, [client, run, isTold, live, turn]);
  if (isTold) return { problems, reading: false, refusal: null, again: null };
  return {
    problems: read?.problems ?? [],
    reading: read === null,
    refusal: read?.refusal ?? null,
    again: live ? () => setTurn((count) => count + 1) : null,
  };
}
