import { shownNumber } from '../parts/count.ts';

/** Rows beyond this are counted, not drawn: nobody reads ten thousand paths here. */
const ROWS_SHOWN = 200;

/** The paths that were added, each with a button to take it away again. */
export function InputList({ inputs, onChange }: { inputs: readonly string[]; onChange: (inputs: string[]) => void }) {
  return (
    <>
      <ul className="input-list" aria-label="Files and folders to work on">
        {inputs.slice(0, ROWS_SHOWN).map((path) => (
          <li key={path}>
            <span className="input-path" title={path}>
              {path}
            </span>
            <button
              type="button"
              className="plain small"
              aria-label={`Remove ${path}`}
              onClick={() => onChange(inputs.filter((each) => each !== path))}
            >
              <span aria-hidden="true">✕</span>
            </button>
          </li>
        ))}
        {inputs.length > ROWS_SHOWN && <li className="muted">and {shownNumber(inputs.length - ROWS_SHOWN)} more</li>}
        {inputs.length === 0 && <li className="muted">Nothing added yet.</li>}
      </ul>
      {inputs.length > 1 && (
        <button type="button" className="plain small" onClick={() => onChange([])}>
          Remove all {shownNumber(inputs.length)}
        </button>
      )}
    </>
  );
}
