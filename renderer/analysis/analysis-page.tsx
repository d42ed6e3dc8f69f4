import './analysis-page.css';
import { useState } from 'react';
import { QuestionView } from './question-view.tsx';
import { RunsSearchView } from './runs-search-view.tsx';

type View = 'question' | 'search';

/** Analyses all runs together: questions in SQL, and searches in their logs. */
export function AnalysisPage() {
  const [view, setView] = useState<View>('question');
  return (
    <div className="analysis">
      <header className="analysis-header">
        <h1>Analysis</h1>
        <div role="group" aria-label="Kind of analysis" className="analysis-choice">
          <button type="button" aria-pressed={view === 'question'} onClick={() => setView('question')}>
            Questions
          </button>
          <button type="button" aria-pressed={view === 'search'} onClick={() => setView('search')}>
            Search in logs
          </button>
        </div>
      </header>
      {view === 'question' ? <QuestionView /> : <RunsSearchView />}
    </div>
  );
}
