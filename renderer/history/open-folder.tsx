import { useEffect, useState } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';

/** How long "Copied" stays (milliseconds). */
const MESSAGE_MS = 2_000;

/** Opens the folder of a run; a browser cannot do that, so there the path is copied. */
export function OpenFolder({ run }: { run: RunListEntry | null }) {
  const shell = window.drover;
  const [message, setMessage] = useState<string | null>(null);
  useEffect(() => {
    if (message === null) return undefined;
    const timer = setTimeout(() => setMessage(null), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [message]);
  const act = async (path: string): Promise<void> => {
    if (shell !== undefined) {
      const trouble = await shell.openPath(path);
      return setMessage(trouble === '' ? null : 'Cannot be opened');
    }
    try {
      await navigator.clipboard.writeText(path);
      setMessage('Copied');
    } catch {
      setMessage('Copying failed');
    }
  };
  return (
    <button
      type="button"
      className="history-folder"
      disabled={run === null}
      title={run?.directory}
      onClick={() => void (run !== null && act(run.directory))}
    >
      <span aria-live="polite">{message ?? (shell === undefined ? 'Copy path' : 'Open folder')}</span>
    </button>
  );
}
