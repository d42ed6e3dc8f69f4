import { useRef, useState } from 'react';
import type { QueryResult } from '../../shared/contract/queries.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';

/** The most rows in an answer on the page: for more, export the answer or narrow the question. */
const QUERY_ROWS = 10_000;

interface Answered {
  asking: boolean;
  answer: QueryResult | null;
  problem: Problem | null;
  /** How long the answer took, including the update of the index. */
  seconds: number | null;
}

interface Question extends Answered {
  /** False while there is no connection. */
  canAsk: boolean;
  ask(sql: string, rebuild: boolean): void;
}

/** Asks questions in SQL. If several overlap, only the answer to the newest is shown; the last answer stays until then. */
export function useQuestion(): Question {
  const client = useEngine();
  const newest = useRef(0);
  const [state, setState] = useState<Answered>({ asking: false, answer: null, problem: null, seconds: null });
  const ask = async (sql: string, rebuild: boolean): Promise<void> => {
    if (client === null || sql.trim() === '') return;
    newest.current += 1;
    const number = newest.current;
    setState((last) => ({ ...last, asking: true, problem: null }));
    const began = performance.now();
    const answer = await call(client.query({ sql, limit: QUERY_ROWS, rebuild }));
    if (number !== newest.current) return;
    const seconds = (performance.now() - began) / 1_000;
    setState((last) =>
      answer.ok
        ? { asking: false, answer: answer.value, problem: null, seconds }
        : { ...last, asking: false, problem: answer.error },
    );
  };
  return { ...state, canAsk: client !== null, ask: (sql, rebuild) => void ask(sql, rebuild) };
}
