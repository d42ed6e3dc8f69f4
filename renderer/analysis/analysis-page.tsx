import './analysis-page.css';
import { useState } from 'react';
import { QuestionView } from './question-view.tsx';
import { RunsSearchView } from './runs-search-view.tsx';

type View = 'question' | 'search';

/** What all runs together tell: questions in SQL, and text in their logs. */
export function AnalysisPage() {
  const [view, setView] = useState<View>('question');
  return (
    <div className="analysis">
      <header className="analysis-header">
        <h1>Analysis</h1>
        <div role="group" aria-label="What to look at" className="analysis-choice">
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
