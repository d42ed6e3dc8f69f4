import { useEffect, useState } from 'react';
import type { LogName } from '../../shared/contract/logs.ts';
import { bytes } from '../../shared/format.ts';
import type { Problem } from '../../shared/problem.ts';
import { ok, type Result } from '../../shared/result.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import type { FeedStatus } from './feed-status.ts';
import { RANGE_BYTES } from './limits.ts';
import { type LogBytes, logBytes } from './log-bytes.ts';

/** The largest part that can be saved (bytes): a browser holds all of it in memory. */
const SAVE_MAX_BYTES = 64 * 1024 * 1024;

interface FileToolsProps {
  log: LogName;
  status: FeedStatus | null;
}

/** The actions with the file of a pane: copy its path, and open it on a desktop, or else save the part that is shown. */
export function FileTools({ log, status }: FileToolsProps) {
  const there = (status?.size ?? 0) > 0;
  const path = useLogPath(log, there);
  const shell = window.drover;
  const [message, setMessage] = useState('');
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
          onClick={() => path !== null && void shell.openPath(path).then(setMessage)}
        >
          Open file
        </button>
      )}
      {message !== '' && (
        <span className="bad" role="alert">
          {message}
        </span>
      )}
    </>
  );
}

/** Saves the part that is shown: a browser cannot open a file of the engine's machine. */
function SaveShown({ log, status }: FileToolsProps) {
  const client = useEngine();
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');
  const to = status?.to ?? 0;
  const from = Math.max(status?.from ?? 0, to - SAVE_MAX_BYTES);
  const save = async (): Promise<void> => {
    if (client === null) return;
    setBusy(true);
    const parts = await readPart(logBytes(client, log), from, to);
    setBusy(false);
    setMessage(parts.ok ? '' : parts.error.message);
    if (parts.ok) saveAs(`${log.run}-${log.source}-${from}-${to}.log`, parts.value);
  };
  return (
    <>
      <button
        type="button"
        className="small"
        disabled={client === null || busy || to <= from}
        title={`Bytes ${from} to ${to} of the file, ${bytes(to - from)}`}
        onClick={() => void save()}
      >
        Save shown part
      </button>
      {message !== '' && (
        <span className="bad" role="alert">
          {message}
        </span>
      )}
    </>
  );
}

/** Reads a part of a log unchanged. @param to offset after the last byte */
async function readPart(log: LogBytes, from: number, to: number): Promise<Result<Uint8Array[], Problem>> {
  const parts: Uint8Array[] = [];
  for (let at = from; at < to; ) {
    const range = await log.read(at, Math.min(RANGE_BYTES, to - at));
    if (!range.ok) return range;
    if (range.value.bytes.length === 0) break;
    parts.push(range.value.bytes);
    at += range.value.bytes.length;
  }
  return ok(parts);
}

/** Saves bytes as a file through the browser. */
function saveAs(name: string, parts: readonly Uint8Array[]): void {
  const url = URL.createObjectURL(new Blob(parts as Uint8Array<ArrayBuffer>[], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser holds the data when the click returns, so the URL can be revoked in the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/** Returns the path of a log on the engine's machine; null while unknown, or without a file. @param there whether the log has any content */
function useLogPath({ run, source, step }: LogName, there: boolean): string | null {
  const client = useEngine();
  const [path, setPath] = useState<string | null>(null);
  useEffect(() => {
    if (client === null || !there) return undefined;
    let wanted = true;
    void call(client.logSources({ run })).then((answer) => {
      if (!wanted || !answer.ok) return;
      const found = answer.value.findLast(
        (one) => one.source === source && (step === undefined || one.step === step || one.step === null),
      );
      setPath(found?.path ?? null);
    });
    return () => {
      wanted = false;
    };
  }, [client, run, source, step, there]);
  return path;
}
