import { ConfirmDialog } from '../parts/confirm-dialog.tsx';

interface TakeOutDialogProps {
  /** The name of the run. */
  name: string;
  onTakeOut: () => void;
  onClose: () => void;
}

/** Asks before a run loses its place. */
export function TakeOutDialog({ name, onTakeOut, onClose }: TakeOutDialogProps) {
  return (
    <ConfirmDialog
      title="Take this run out of the queue?"
      onClose={onClose}
      actions={
        <button type="button" className="danger" onClick={onTakeOut}>
          Take out
        </button>
      }
    >
      <p>
        “{name}” loses its place. It stays in the list of runs as stopped, with what it has done so far, and begins with
        “Resume”.
      </p>
    </ConfirmDialog>
  );
}
