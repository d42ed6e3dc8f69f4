import { useState } from 'react';
import { shownBytes } from '../parts/shown-bytes.ts';
import { setPaneSettings, usePaneSettings } from '../store/pane-settings-store.ts';
import { FONT_SIZE_MAX, FONT_SIZE_MIN } from './limits.ts';
import type { FeedStatus } from './log-feed.ts';
import { copyText } from './pane-keys.ts';
import type { LogPane } from './use-log-pane.ts';

/** How long a button says that it has done its work (milliseconds). */
const SAID_MS = 1_500;

interface PaneToolbarProps {
  pane: LogPane;
  status: FeedStatus | null;
  searching: boolean;
  onSearch: () => void;
}

/** The tools of a log pane. */
export function PaneToolbar({ pane, status, searching, onSearch }: PaneToolbarProps) {
  const { fontSize, wrap } = usePaneSettings();
  const { terminal } = pane.terminal;
  const earlier = status !== null && (status.from > 0 || (pane.terminal.screen.firstMark()?.offset ?? 0) > 0);
  return (
    <div className="pane-toolbar" role="toolbar" aria-label="Log tools">
      <button type="button" className="small" aria-pressed={searching} aria-keyshortcuts="Control+F" onClick={onSearch}>
        Find
      </button>
      <CopyButton pane={pane} />
      <button type="button" className="small" onClick={() => terminal.selectAll()}>
        Select all
      </button>
      <button type="button" className="small" aria-pressed={wrap} onClick={() => setPaneSettings({ wrap: !wrap })}>
        Wrap
      </button>
      <button
        type="button"
        className="small"
        onClick={() => pane.feed.clearView()}
        title="Empties this view; the file stays as it is"
      >
        Clear view
      </button>
      <button type="button" className="small" disabled={!earlier} onClick={() => void pane.feed.showEarlier()}>
        Earlier lines
      </button>
      <span className="pane-font" role="group" aria-label="Font size">
        <button
          type="button"
          className="small"
          disabled={fontSize <= FONT_SIZE_MIN}
          onClick={() => setPaneSettings({ fontSize: fontSize - 1 })}
        >
          <span aria-hidden="true">A−</span>
          <span className="unseen">Smaller text</span>
        </button>
        <button
          type="button"
          className="small"
          disabled={fontSize >= FONT_SIZE_MAX}
          onClick={() => setPaneSettings({ fontSize: fontSize + 1 })}
        >
          <span aria-hidden="true">A+</span>
          <span className="unseen">Larger text</span>
        </button>
      </span>
      <span className="pane-status one-line muted number">{status !== null && statusText(status)}</span>
    </div>
  );
}

function CopyButton({ pane }: { pane: LogPane }) {
  const [said, setSaid] = useState('');
  const copy = (): void => {
    const selection = pane.terminal.terminal.getSelection();
    if (selection !== '') copyText(selection);
    setSaid(selection === '' ? 'Select text first' : 'Copied');
    setTimeout(() => setSaid(''), SAID_MS);
  };
  return (
    <button type="button" className="small pane-copy" onClick={copy}>
      <span aria-live="polite">{said === '' ? 'Copy' : said}</span>
    </button>
  );
}

function statusText({ following, size, skipped }: FeedStatus): string {
  const parts = [shownBytes(size)];
  if (skipped > 0) parts.push(`${shownBytes(skipped)} not shown`);
  parts.push(following ? 'following' : 'paused');
  return parts.join(' · ');
}
