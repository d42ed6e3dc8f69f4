import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { LogHit, LogName } from '../../shared/contract/logs.ts';
import { count, plural } from '../../shared/format.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { type BufferHit, findInBuffer } from './find-in-buffer.ts';
import { type HitTime, hitTime } from './hit-time.ts';
import { searchPattern } from './search-pattern.ts';
import type { LogPane } from './use-log-pane.ts';

/** The number of rows that stay visible above a hit. */
const ROWS_ABOVE = 3;

/** The most hits of a search in the whole file. */
const SEARCH_HITS = 500;

interface PaneSearchProps {
  pane: LogPane;
  log: LogName;
  notBefore: (offset: number) => number | null;
  onClose: () => void;
}

/** Finds text in the lines of the pane, and in the whole file. */
export function PaneSearch({ pane, log, notBefore, onClose }: PaneSearchProps) {
  const [text, setText] = useState('');
  const [isPattern, setIsPattern] = useState(false);
  const [place, setPlace] = useState<{ index: number; count: number } | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const file = useFileSearch(log);
  useEffect(() => input.current?.focus(), []);

  const step = (by: 1 | -1): void => setPlace(showHit(pane, text, place === null ? null : place.index + by));
  const searchFile = (): void => file.search(text, isPattern);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) searchFile();
    else step(event.shiftKey ? -1 : 1);
  };
  return (
    <search className="pane-search">
      <div className="pane-search-row">
        <input
          ref={input}
          type="search"
          aria-label="Text to find"
          placeholder="Find…"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setPlace(null);
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          className="small"
          disabled={text === ''}
          onClick={() => step(-1)}
          aria-label="Previous in view"
        >
          ↑
        </button>
        <button
          type="button"
          className="small"
          disabled={text === ''}
          onClick={() => step(1)}
          aria-label="Next in view"
        >
          ↓
        </button>
        <span className="pane-search-place muted number" aria-live="polite">
          {place !== null && (place.count === 0 ? 'not in view' : `${place.index + 1} of ${place.count} in view`)}
        </span>
        <button type="button" className="small" disabled={text === '' || file.searching} onClick={searchFile}>
          {file.searching ? 'Searching…' : 'Search whole file'}
        </button>
        <label className="pane-search-pattern">
          <input type="checkbox" checked={isPattern} onChange={(event) => setIsPattern(event.target.checked)} /> as
          regular expression
        </label>
        <button type="button" className="small plain" aria-label="Close find" onClick={onClose}>
          ✕
        </button>
      </div>
      {file.problem !== null && <ProblemNote problem={file.problem} />}
      {file.found !== null && (
        <FileHits {...file.found} notBefore={notBefore} onOpen={(offset) => void pane.feed.showOffset(offset)} />
      )}
    </search>
  );
}

/** Shows one of the hits in the pane's buffer, by default the last one. */
function showHit({ terminal: pane }: LogPane, text: string, wanted: number | null): { index: number; count: number } {
  const { terminal } = pane;
  const hits = findInBuffer(terminal.buffer.active, text, terminal.cols);
  const index = hits.length === 0 ? 0 : (((wanted ?? hits.length - 1) % hits.length) + hits.length) % hits.length;
  const hit: BufferHit | undefined = hits[index];
  if (hit !== undefined) {
    terminal.scrollToLine(Math.max(0, hit.row - ROWS_ABOVE));
    terminal.select(hit.column, hit.row, hit.length);
  }
  return { index, count: hits.length };
}

interface FileHitsProps {
  hits: readonly { line: number | null; offset: number; text: string }[];
  more: boolean;
  notBefore: (offset: number) => number | null;
  onOpen: (offset: number) => void;
}

function FileHits({ hits, more, notBefore, onOpen }: FileHitsProps) {
  return (
    <div className="pane-hits">
      <p className="muted" aria-live="polite">
        {hits.length === 0
          ? 'No line of the file matches.'
          : `${plural(hits.length, 'matching line')}${more ? ', and more' : ''}`}
      </p>
      <ol>
        {hits.map((hit) => (
          <li key={hit.offset}>
            <button type="button" className="plain" onClick={() => onOpen(hit.offset)}>
              <span className="muted number">{hit.line === null ? '' : `line ${count(hit.line)}`}</span>
              <TimeOfHit time={hitTime(hit.text, notBefore(hit.offset))} />
              <span className="muted number">byte {count(hit.offset)}</span>
              <code className="one-line">{hit.text}</code>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

function TimeOfHit({ time }: { time: HitTime | null }) {
  if (time === null) return <span />;
  const title = time.exact ? 'The time in the line' : 'Not before this time, according to the run’s journal';
  return (
    <span className="muted number" title={title}>
      {time.exact ? time.text : `from ${time.text}`}
    </span>
  );
}

interface FileSearch {
  searching: boolean;
  found: { hits: readonly LogHit[]; more: boolean } | null;
  problem: Problem | null;
  search(text: string, isPattern: boolean): void;
}

/** Searches a whole log in the engine. */
function useFileSearch(log: LogName): FileSearch {
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
