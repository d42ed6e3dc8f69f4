import { bytes } from '../../shared/format.ts';
import '@xterm/xterm/css/xterm.css';
import './terminal.css';
import { useId, useRef, useState } from 'react';
import type { LogName } from '../../shared/contract/logs.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { FeedStatus } from './feed-status.ts';
import { PaneSearch } from './pane-search.tsx';
import { PaneToolbar } from './pane-toolbar.tsx';
import { type LogPane as Pane, useLogPane } from './use-log-pane.ts';

interface LogPaneProps {
  log: LogName;
  /** What the pane shows, for people: `Worker 0 · GPU 0`. */
  label: string;
  /** The text while the log is empty. */
  emptyText: string;
  /** A small pane, in the grid, has no tools. */
  small?: boolean;
  /** Returns the time (seconds since 1970) before which an offset of the log was certainly not written; null when unknown. */
  notBefore?: (offset: number) => number | null;
}

/** A log in a terminal, with its tools. */
export function LogPane({ log, label, emptyText, small = false, notBefore = () => null }: LogPaneProps) {
  const holder = useRef<HTMLDivElement>(null);
  const [searching, setSearching] = useState(false);
  const { pane, status } = useLogPane(holder, { log, small, onFind: () => setSearching(true) });
  const id = useId();
  return (
    <section className={small ? 'log-pane small' : 'log-pane'} aria-labelledby={id}>
      <h2 id={id} className="unseen">
        Log of {label}
      </h2>
      {!small && pane !== null && (
        <PaneToolbar
          log={log}
          pane={pane}
          status={status}
          searching={searching}
          onSearch={() => setSearching(!searching)}
        />
      )}
      {!small && searching && pane !== null && (
        <PaneSearch pane={pane} log={log} notBefore={notBefore} onClose={() => closeSearch(pane, setSearching)} />
      )}
      <div className="log-pane-body">
        <div className="log-pane-terminal" ref={holder} />
        {status !== null && pane !== null && (
          <PaneNotes pane={pane} status={status} emptyText={emptyText} small={small} />
        )}
      </div>
    </section>
  );
}

function closeSearch(pane: Pane, setSearching: (searching: boolean) => void): void {
  setSearching(false);
  pane.terminal.terminal.clearSelection();
  pane.terminal.terminal.focus();
}

interface PaneNotesProps {
  pane: Pane;
  status: FeedStatus;
  emptyText: string;
  small: boolean;
}

/** The notes over the terminal: that the log is empty or cannot be read, and the button to the newest line. */
function PaneNotes({ pane, status, emptyText, small }: PaneNotesProps) {
  const more = status.size - status.to;
  return (
    <>
      {status.problem !== null && (
        <div className="log-pane-note">
          <ProblemNote problem={status.problem} />
        </div>
      )}
      {status.problem === null && status.loaded && status.size === 0 && (
        <p className="log-pane-note muted">{emptyText}</p>
      )}
      {status.loaded && !status.following && (
        <button type="button" className={small ? 'newest small' : 'newest'} onClick={() => void pane.feed.showNewest()}>
          <span aria-hidden="true">↓ </span>
          {small ? 'Newest' : 'Jump to newest'}
          {more > 0 && <span className="number"> ({bytes(more)} more)</span>}
        </button>
      )}
    </>
  );
}
