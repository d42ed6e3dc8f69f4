import { type ClipboardEvent, type KeyboardEvent, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import { count } from '../../shared/format.ts';
import { FileBrowser } from '../file-browser/file-browser.tsx';
import { FieldNote } from './field.tsx';
import type { FieldProblem } from './field-problems.ts';
import { parsePaths, withPaths } from './parse-paths.ts';
import { useDropOnWindow } from './use-drop-on-window.ts';

/** Rows beyond this number are counted, not drawn: nobody reads ten thousand paths here. */
const ROWS_SHOWN = 200;

interface InputsSectionProps {
  client: EngineClient;
  inputs: readonly string[];
  skipInvalid: boolean;
  /** The name patterns with which the pipeline searches folders. */
  patterns: readonly string[];
  problem: FieldProblem | undefined;
  /** Whether it begins with the file browser open, for files that were dropped elsewhere. */
  isBrowsing: boolean;
  onChange: (change: { inputs?: string[]; skipInvalid?: boolean }) => void;
}

const NO_PATHS_FROM_DROP =
  'A browser does not reveal where a dropped file is. Find it here, on the machine that runs Drover.';

/** The files and folders to work on: chosen, typed, pasted or dropped. */
export function InputsSection({
  client,
  inputs,
  skipInvalid,
  patterns,
  problem,
  isBrowsing,
  onChange,
}: InputsSectionProps) {
  const [text, setText] = useState('');
  const [browsing, setBrowsing] = useState<'no' | 'asked' | 'dropped'>(isBrowsing ? 'dropped' : 'no');
  const add = (paths: readonly string[]): void => onChange({ inputs: withPaths(inputs, paths) });
  const addTyped = (): void => {
    add(parsePaths(text));
    setText('');
  };
  const over = useDropOnWindow((transfer) => {
    const paths = droppedPaths(transfer);
    if (paths.length > 0) add(paths);
    else if (transfer.files.length > 0) setBrowsing('dropped');
  });
  return (
    <fieldset className={over ? 'form-section drop-target' : 'form-section'}>
      <legend>Files</legend>
      <AddButtons onAdd={add} onBrowse={() => setBrowsing('asked')} />
      <div className="path-field">
        <input
          type="text"
          id="input-path"
          aria-label="Path of a file or folder"
          aria-describedby="inputs-note"
          aria-invalid={problem !== undefined}
          placeholder="Or type, paste or drop paths, also data/*.fa"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onPaste={(event) => pasteLines(event, add)}
          onKeyDown={(event) => addOnEnter(event, addTyped)}
          onBlur={addTyped}
        />
        <button type="button" disabled={text.trim() === ''} onClick={addTyped}>
          Add
        </button>
      </div>
      <InputList inputs={inputs} onChange={(next) => onChange({ inputs: next })} />
      <FieldNote id="inputs-note" help={patternsHelp(patterns)} problem={problem} />
      <label className="tick">
        <input
          type="checkbox"
          checked={skipInvalid}
          onChange={(event) => onChange({ skipInvalid: event.target.checked })}
        />
        Leave out files that turn out to be damaged
      </label>
      {browsing !== 'no' && (
        <FileBrowser
          client={client}
          title="Add files and folders"
          note={browsing === 'dropped' ? NO_PATHS_FROM_DROP : ''}
          pick="inputs"
          start={null}
          onChosen={(paths) => {
            setBrowsing('no');
            add(paths);
          }}
          onClose={() => setBrowsing('no')}
        />
      )}
    </fieldset>
  );
}

function AddButtons({ onAdd, onBrowse }: { onAdd: (paths: readonly string[]) => void; onBrowse: () => void }) {
  const shell = window.drover;
  if (shell === undefined) {
    return (
      <div className="button-row">
        <button type="button" onClick={onBrowse}>
          Add files or folders…
        </button>
      </div>
    );
  }
  const addFolder = async (): Promise<void> => {
    const folder = await shell.chooseFolder();
    if (folder !== null) onAdd([folder]);
  };
  return (
    <div className="button-row">
      <button type="button" onClick={() => void shell.chooseFiles().then(onAdd)}>
        Add files…
      </button>
      <button type="button" onClick={() => void addFolder()}>
        Add folder…
      </button>
    </div>
  );
}

/** Returns the paths of dropped files: known in the desktop app and for dropped text; else none. */
function droppedPaths(transfer: DataTransfer): string[] {
  const shell = window.drover;
  const ofFiles = shell === undefined ? [] : [...transfer.files].map((file) => shell.pathOf(file));
  const known = ofFiles.filter((path) => path !== '');
  if (known.length > 0) return known;
  const list = transfer.getData('text/uri-list');
  return parsePaths(list === '' ? transfer.getData('text/plain') : list).filter((path) => !path.startsWith('#'));
}

/** Adds several pasted lines at once; one line goes into the field, where it can still be changed. */
function pasteLines(event: ClipboardEvent, add: (paths: readonly string[]) => void): void {
  const paths = parsePaths(event.clipboardData.getData('text'));
  if (paths.length < 2) return;
  event.preventDefault();
  add(paths);
}

function addOnEnter(event: KeyboardEvent, add: () => void): void {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  add();
}

/** The most patterns that are listed. */
const PATTERNS_SHOWN = 6;

function patternsHelp(patterns: readonly string[]): string {
  if (patterns.length === 0) return '';
  const more = patterns.length > PATTERNS_SHOWN ? ` and ${patterns.length - PATTERNS_SHOWN} more` : '';
  return `Folders are searched for ${patterns.slice(0, PATTERNS_SHOWN).join(', ')}${more}.`;
}

/** The added paths, each with a button to remove it. */
function InputList({ inputs, onChange }: { inputs: readonly string[]; onChange: (inputs: string[]) => void }) {
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
        {inputs.length > ROWS_SHOWN && <li className="muted">and {count(inputs.length - ROWS_SHOWN)} more</li>}
        {inputs.length === 0 && <li className="muted">Nothing added yet.</li>}
      </ul>
      {inputs.length > 1 && (
        <button type="button" className="plain small" onClick={() => onChange([])}>
          Remove all {count(inputs.length)}
        </button>
      )}
    </>
  );
}
