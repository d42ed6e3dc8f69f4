import { useState } from 'react';
import type { LogHit, LogName } from '../../shared/contract/logs.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { searchPattern } from './search-pattern.ts';

/** Hits that a search in the whole file answers with. */
const SEARCH_HITS = 500;

interface FileSearch {
  searching: boolean;
  found: { hits: readonly LogHit[]; more: boolean } | null;
  problem: Problem | null;
  search(text: string, isPattern: boolean): void;
}

/** Searches a whole log in the engine. */
export function useFileSearch(log: LogName): FileSearch {
  const client = useEngine();
  const [state, setState] = useState<Omit<FileSearch, 'search'>>({ searching: false, found: null, problem: null });
  const search = async (text: string, isPattern: boolean): Promise<void> => {
    if (client === null || text === '') return;
    setState({ searching: true, found: null, problem: null });
    const pattern = searchPattern(text, isPattern);
    const answer = await call(client.searchLog({ ...log, pattern, limit: SEARCH_HITS }));
    setState({
      searching: false,
      found: answer.ok ? answer.value : null,
      problem: answer.ok ? null : answer.error,
    });
  };
  return { ...state, search: (text, isPattern) => void search(text, isPattern) };
}
