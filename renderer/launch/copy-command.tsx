import { useEffect, useState } from 'react';
import type { LaunchRequest } from '../../shared/contract/launch.ts';
import { runCommandLine } from '../../shared/pipeline/command-line.ts';

/** How long "Copied" stays (milliseconds). */
const TOLD_MS = 2_000;

type Told = 'nothing' | 'copied' | 'failed';

const WORDS: Record<Told, string> = { nothing: 'Copy as command', copied: 'Copied', failed: 'Copying failed' };

/** Copies the `drover run` line that does what the form asks for. */
export function CopyCommand({ request }: { request: LaunchRequest | null }) {
  const [told, setTold] = useState<Told>('nothing');
  useEffect(() => {
    if (told === 'nothing') return undefined;
    const timer = setTimeout(() => setTold('nothing'), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = async (): Promise<void> => {
    if (request === null) return;
    try {
      await navigator.clipboard.writeText(runCommandLine(request));
      setTold('copied');
    } catch {
      setTold('failed');
    }
  };
  const line = request === null ? 'Fill in the form first' : runCommandLine(request);
  return (
    <button type="button" className="copy-command" disabled={request === null} title={line} onClick={() => void copy()}>
      <span aria-live="polite">{WORDS[told]}</span>
    </button>
  );
}
