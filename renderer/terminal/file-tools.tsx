import { useState } from 'react';
import type { LogName } from '../../shared/contract/logs.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { shownBytes } from '../parts/shown-bytes.ts';
import type { FeedStatus } from './feed-status.ts';
import { logBytes } from './log-bytes.ts';
import { readPart, saveAs } from './save-range.ts';
import { useLogPath } from './use-log-path.ts';

/** The most that is saved of what a pane shows (bytes): a browser holds all of it in memory. */
const SAVE_MAX_BYTES = 64 * 1024 * 1024;

interface FileToolsProps {
  log: LogName;
  status: FeedStatus | null;
}

/** What can be done with the file behind a pane: its path, and the file itself where a desktop can open it, else the part that is shown. */
export function FileTools({ log, status }: FileToolsProps) {
  const there = (status?.size ?? 0) > 0;
  const path = useLogPath(log, there);
  const shell = window.drover;
  const [said, setSaid] = useState('');
  return (
    <>
      <CopyButton
        label="Copy path"
        text={() => path}
        disabled={path === null}
        {...(path === null ? {} : { title: path })}
      />
      {shell === undefined ? (
        <SaveShown log={log} status={status} />
      ) : (
        <button
          type="button"
          className="small"
          disabled={path === null}
          onClick={() => path !== null && void shell.openPath(path).then(setSaid)}
        >
          Open file
        </button>
      )}
      {said !== '' && (
        <span className="bad" role="alert">
          {said}
        </span>
      )}
    </>
  );
}

/** A browser cannot open a file of the engine's machine, but it can keep the part that is shown. */
function SaveShown({ log, status }: FileToolsProps) {
  const client = useEngine();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const to = status?.to ?? 0;
  const from = Math.max(status?.from ?? 0, to - SAVE_MAX_BYTES);
  const save = async (): Promise<void> => {
    if (client === null) return;
    setBusy(true);
    const parts = await readPart(logBytes(client, log), from, to);
    setBusy(false);
    setSaid(parts.ok ? '' : parts.error.message);
    if (parts.ok) saveAs(`${log.run}-${log.source}-${from}-${to}.log`, parts.value);
  };
  return (
    <>
      <button
        type="button"
        className="small"
        disabled={client === null || busy || to <= from}
        title={`Bytes ${from} to ${to} of the file, ${shownBytes(to - from)}`}
        onClick={() => void save()}
      >
        Save shown part
      </button>
      {said !== '' && (
        <span className="bad" role="alert">
          {said}
        </span>
      )}
    </>
  );
}
