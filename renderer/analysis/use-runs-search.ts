import { useRef, useState } from 'react';
import type { RunsSearchHit, UnsearchedLog } from '../../shared/contract/queries.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { searchPattern } from '../terminal/search-pattern.ts';

/** The number of hits that a search over all runs adds to the list at a time. */
const SEARCH_HITS = 200;

/** What is searched for, and where. */
interface RunsQuestion {
  text: string;
  isPattern: boolean;
  /** null: all. */
  pipeline: string | null;
}

interface Searched {
  searching: boolean;
  question: RunsQuestion | null;
  hits: readonly RunsSearchHit[];
  runs: number;
  bytes: number;
  /** Logs of which only the first hits are in the list. */
  cut: number;
  /** Logs that could not be searched. */
  unsearched: readonly UnsearchedLog[];
  /** Where to continue; null when nothing is left. */
  next: string | null;
  /** The number of runs that are left, including that of `next`. */
  left: number;
  problem: Problem | null;
}

const NOTHING: Searched = {
  searching: false,
  question: null,
  hits: [],
  runs: 0,
  bytes: 0,
  cut: 0,
  unsearched: [],
  next: null,
  left: 0,
  problem: null,
};

interface RunsSearch extends Searched {
  search(question: RunsQuestion): void;
  /** Searches the rest and adds the hits. */
  searchMore(): void;
}

/** Searches the logs of all runs; a new search replaces the current one. */
export function useRunsSearch(): RunsSearch {
  const client = useEngine();
  const newest = useRef(0);
  const [state, setState] = useState(NOTHING);
  const searchFrom = async (question: RunsQuestion, before: Searched): Promise<void> => {
    if (client === null || question.text === '') return;
    newest.current += 1;
    const number = newest.current;
    setState({ ...before, question, searching: true, problem: null });
    const { text, isPattern, pipeline } = question;
    const pattern = searchPattern(text, isPattern);
    const request = { pattern, limit: SEARCH_HITS, pipeline, source: null, from: before.next };
    const answer = await call(client.searchRuns(request));
    if (number !== newest.current) return;
    if (!answer.ok) return setState({ ...before, question, searching: false, problem: answer.error });
    const { hits, runs, bytes, cut, unsearched, next, left } = answer.value;
    const found = {
      hits: [...before.hits, ...hits],
      runs: before.runs + runs,
      bytes: before.bytes + bytes,
      cut: before.cut + cut,
      unsearched: [...before.unsearched, ...unsearched],
    };
    setState({ ...found, next, left, question, searching: false, problem: null });
  };
  return {
    ...state,
    search: (question) => void searchFrom(question, NOTHING),
    searchMore: () => {
      if (state.question !== null) void searchFrom(state.question, state);
    },
  };
}
