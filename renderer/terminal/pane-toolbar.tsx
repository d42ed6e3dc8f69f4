import type { LogName } from '../../shared/contract/logs.ts';
import { bytes } from '../../shared/format.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { setPaneSettings, usePaneSettings } from '../store/pane-settings-store.ts';
import type { FeedStatus } from './feed-status.ts';
import { FileTools } from './file-tools.tsx';
import { FONT_SIZE_MAX, FONT_SIZE_MIN } from './limits.ts';
import type { LogPane } from './use-log-pane.ts';

interface PaneToolbarProps {
  log: LogName;
  pane: LogPane;
  status: FeedStatus | null;
  searching: boolean;
  onSearch: () => void;
}

/** The tools of a log pane. */
export function PaneToolbar({ log, pane, status, searching, onSearch }: PaneToolbarProps) {
  const { fontSize, wrap } = usePaneSettings();
  const { terminal } = pane.terminal;
  const earlier = status !== null && (status.from > 0 || (pane.terminal.screen.firstMark()?.offset ?? 0) > 0);
  return (
    <div className="pane-toolbar" role="toolbar" aria-label="Log tools">
      <button type="button" className="small" aria-pressed={searching} aria-keyshortcuts="Control+F" onClick={onSearch}>
        Find
      </button>
      <CopyButton label="Copy" nothing="Select first" text={() => terminal.getSelection()} />
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
        title="Clears this view; the file is not changed"
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
      <FileTools log={log} status={status} />
      <span className="pane-status one-line muted number">{status !== null && statusText(status)}</span>
    </div>
  );
}

function statusText({ following, size, skipped }: FeedStatus): string {
  const parts = [bytes(size)];
  if (skipped > 0) parts.push(`${bytes(skipped)} not shown`);
  parts.push(following ? 'following' : 'paused');
  return parts.join(' · ');
}
