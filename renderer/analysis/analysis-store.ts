import { create } from 'zustand';
import { QUERY_EXAMPLES } from '../../shared/query-examples.ts';

const STORAGE_KEY = 'drover-question';

interface AnalysisState {
  /** What stands in the editor. */
  sql: string;
}

/** The question that was asked last; kept by the browser. */
export const useAnalysis = create<AnalysisState>(() => ({ sql: stored() ?? QUERY_EXAMPLES[0]?.sql ?? '' }));

/** Changes the question, and keeps it for the next time. */
export function setQuestion(sql: string): void {
  useAnalysis.setState({ sql });
  try {
    localStorage.setItem(STORAGE_KEY, sql);
  } catch {
    // Storage may be forbidden or full; the question then lasts as long as the page.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
