import { useState } from 'react';
import type { RunsSearchHit, UnsearchedLog } from '../../shared/contract/queries.ts';
import { bytes, plural } from '../../shared/format.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { openLog } from '../store/layout-store.ts';
import { useRuns } from '../store/runs-store.ts';
import { useRunsSearch } from './use-runs-search.ts';

/** A longer list is collapsed. */
const UNSEARCHED_OPEN = 5;

/** Searches text in the logs of all runs; a click on a line opens the log there. */
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
          <p aria-live="polite">{wordsOfSearch(found)}</p>
          {found.next !== null && (
            <button type="button" disabled={found.searching} onClick={() => found.searchMore()}>
              Continue search
            </button>
          )}
        </div>
      )}
      <Unsearched logs={found.unsearched} />
      <Hits hits={found.hits} />
    </>
  );
}

/** Describes what was searched, and what was not searched yet. */
function wordsOfSearch({
  searching,
  hits,
  runs,
  bytes: read,
  cut,
  next,
  left,
}: ReturnType<typeof useRunsSearch>): string {
  if (searching && read === 0) return 'Searching…';
  const inside = next?.includes('/') === true;
  const searched = `${plural(hits.length, 'hit')} in ${plural(runs + (inside ? 1 : 0), 'run')}, ${bytes(read)} searched`;
  const firstOnly = cut === 0 ? '' : `; only the first hits of ${plural(cut, 'log')}`;
  if (next === null) return searched + firstOnly;
  const older = inside ? left - 1 : left;
  const rest = [...(inside ? [`the rest of ${next}`] : []), ...(older > 0 ? [plural(older, 'older run')] : [])];
  return `${searched}${firstOnly}. Not searched yet: ${rest.join(' and ')}`;
}

/** Logs with parts whose content is unknown. */
function Unsearched({ logs }: { logs: readonly UnsearchedLog[] }) {
  if (logs.length === 0) return null;
  return (
    <details className="runs-unsearched" open={logs.length <= UNSEARCHED_OPEN}>
      <summary>{`${plural(logs.length, 'log')} could not be searched to the end`}</summary>
      <ul>
        {logs.map((log) => (
          <li key={`${log.run} ${log.step} ${log.source}`}>
            {`${log.run} · ${log.step === null ? '' : `step ${log.step} `}${log.source ?? 'its logs'}`}
            {log.offset > 0 && `, after byte ${log.offset}`}: {log.message}
          </li>
        ))}
      </ul>
    </details>
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
