import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';

/** How long the button shows its result (milliseconds). */
const MESSAGE_MS = 1_500;

interface CopyButtonProps {
  label: string;
  /** Called when the button is pressed; null or empty when there is nothing to copy. */
  text: () => string | null;
  /** The message when there is nothing to copy. */
  nothing?: string;
  disabled?: boolean;
  title?: string;
}

/** Copies a text and shows whether that worked. */
export function CopyButton({ label, text, nothing = 'Nothing to copy', disabled = false, title }: CopyButtonProps) {
  const [message, setMessage] = useState('');
  useEffect(() => {
    if (message === '') return undefined;
    const timer = setTimeout(() => setMessage(''), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [message]);
  const copy = async (): Promise<void> => {
    const wanted = text() ?? '';
    if (wanted === '') return setMessage(nothing);
    setMessage((await copyText(wanted)) ? 'Copied' : 'Copying failed');
  };
  return (
    <button type="button" className="small copy-button" disabled={disabled} title={title} onClick={() => void copy()}>
      {/* The label keeps the width while a message is shown. */}
      <span className={message === '' ? undefined : 'kept-width'}>{label}</span>
      <span aria-live="polite" className="copy-message">
        {message}
      </span>
    </button>
  );
}
