import { type ReactNode, useEffect, useId, useRef } from 'react';

interface ConfirmDialogProps {
  title: string;
  children: ReactNode;
  /** The buttons beside "Cancel"; the first of the form gets the focus. */
  actions: ReactNode;
  onClose: () => void;
}

/** Asks before an action that cannot be undone. Escape and "Cancel" close it without doing anything. */
export function ConfirmDialog({ title, children, actions, onClose }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
      <div className="dialog-actions">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        {actions}
      </div>
    </dialog>
  );
}
