import './part-failed.css';

/** In place of a part of the window that cannot be shown: why, and the way on. */
export function PartFailed({ message, advice }: { message: string; advice: string }) {
  return (
    <div className="part-failed" role="alert">
      <p>
        <strong>{message}</strong>
      </p>
      <p>{advice}</p>
      <button type="button" onClick={() => location.reload()}>
        Load again
      </button>
    </div>
  );
}
