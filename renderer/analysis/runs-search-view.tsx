import { useState } from 'react';
import type { RunsSearchHit } from '../../shared/contract/queries.ts';
import { counted } from '../parts/count.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { shownBytes } from '../parts/shown-bytes.ts';
import { openLog } from '../store/layout-store.ts';
import { useRuns } from '../store/runs-store.ts';
import { useRunsSearch } from './use-runs-search.ts';

/** Text in the logs of all runs; a click on a line opens the log there. */
export function RunsSearchView() {
  const [text, setText] = useState('');
  const [isPattern, setIsPattern] = useState(false);
  const [pipeline, setPipeline] = useState<string | null>(null);
  const entries = useRuns((state) => state.entries);
  const pipelines = [...new Set(entries.map((entry) => entry.pipeline))].toSorted();
  const found = useRunsSearch();
  return (
    <>
      <form
        className="runs-search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          found.search({ text, isPattern, pipeline });
        }}
      >
        <input
          type="search"
          aria-label="Text in the logs of all runs"
          placeholder="Text in the logs of all runs, such as: out of memory"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={isPattern} onChange={(event) => setIsPattern(event.target.checked)} />
          Regular expression
        </label>
        <select
          aria-label="Pipeline"
          value={pipeline ?? ''}
          onChange={(event) => setPipeline(event.target.value === '' ? null : event.target.value)}
        >
          <option value="">All pipelines</option>
          {pipelines.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button type="submit" className="primary" disabled={text === ''}>
          {found.searching ? 'Searching…' : 'Search'}
        </button>
      </form>
      {found.problem !== null && <ProblemNote problem={found.problem} />}
      {found.question === null ? (
        <p className="muted">Searches the newest run first. Click a line to see it in its log.</p>
      ) : (
        <div className="answer-head">
          <p aria-live="polite">
            {found.searching && found.runs === 0 ? 'Searching…' : `${counted(found.hits.length, 'hit')} in `}
            {found.runs > 0 && `${counted(found.runs, 'run')}, ${shownBytes(found.bytes)} searched`}
          </p>
          {found.next !== null && (
            <button type="button" disabled={found.searching} onClick={() => found.goOn()}>
              Search older runs
            </button>
          )}
        </div>
      )}
      <Hits hits={found.hits} />
    </>
  );
}

function Hits({ hits }: { hits: readonly RunsSearchHit[] }) {
  if (hits.length === 0) return null;
  return (
    <ul className="runs-hits" aria-label="Hits">
      {hits.map((hit) => (
        <li key={`${hit.run} ${hit.step} ${hit.source} ${hit.offset}`}>
          <button type="button" className="plain" onClick={() => openLog(hit)}>
            <span className="runs-hit-place">
              {hit.run} · {hit.step === null ? hit.source : `step ${hit.step} ${hit.source}`}
              {hit.line !== null && `:${hit.line}`}
            </span>
            <code className="one-line">{hit.text}</code>
          </button>
        </li>
      ))}
    </ul>
  );
}
