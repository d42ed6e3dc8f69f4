import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';

/** How long a button says that it has done its work (milliseconds). */
const SAID_MS = 1_500;

interface CopyButtonProps {
  label: string;
  /** Asked when it is pressed; null or empty where there is nothing to copy. */
  text: () => string | null;
  /** What is said when there is nothing. */
  nothing?: string;
  disabled?: boolean;
  title?: string;
}

/** Copies a text and says whether that worked. */
export function CopyButton({ label, text, nothing = 'Nothing to copy', disabled = false, title }: CopyButtonProps) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    const wanted = text() ?? '';
    if (wanted === '') return setSaid(nothing);
    setSaid((await copyText(wanted)) ? 'Copied' : 'Copying failed');
  };
  return (
    <button type="button" className="small copy-button" disabled={disabled} title={title} onClick={() => void copy()}>
      {/* The label keeps the width while something else is said. */}
      <span className={said === '' ? undefined : 'kept-width'}>{label}</span>
      <span aria-live="polite" className="copy-said">
        {said}
      </span>
    </button>
  );
}
