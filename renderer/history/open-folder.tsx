import { useEffect, useState } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';

/** How long "Copied" stays (milliseconds). */
const TOLD_MS = 2_000;

/** Opens the folder of a run; in a browser, which cannot, its path is copied. */
export function OpenFolder({ run }: { run: RunListEntry | null }) {
  const shell = window.drover;
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    if (told === null) return undefined;
    const timer = setTimeout(() => setTold(null), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const act = async (path: string): Promise<void> => {
    if (shell !== undefined) {
      const trouble = await shell.openPath(path);
      return setTold(trouble === '' ? null : 'Cannot be opened');
    }
    try {
      await navigator.clipboard.writeText(path);
      setTold('Copied');
    } catch {
      setTold('Copying failed');
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
      <span aria-live="polite">{told ?? (shell === undefined ? 'Copy path' : 'Open folder')}</span>
    </button>
  );
}
