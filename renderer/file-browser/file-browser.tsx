import './file-browser.css';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { FolderListing } from '../../shared/contract/machine.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { EntryList, type PickKind } from './entry-list.tsx';

interface FileBrowserProps {
  client: EngineClient;
  title: string;
  /** An optional sentence above the folder. */
  note?: string;
  pick: PickKind;
  /** The first folder; null for the engine's own folder. */
  start: string | null;
  /** Absolute paths, at least one. */
  onChosen: (paths: string[]) => void;
  onClose: () => void;
}

/** A dialog that shows the folders of the engine's machine, as far as its user may read them. */
export function FileBrowser({ client, title, note = '', pick, start, onChosen, onClose }: FileBrowserProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [path, setPath] = useState(start);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { listing, problem, asking } = useFolder(client, path);
  useEffect(() => dialog.current?.showModal(), []);
  const shown = listing?.path;
  useEffect(() => {
    if (shown !== undefined) keepFocus(dialog.current);
  }, [shown]);
  const open = (next: string): void => {
    if (pick !== 'inputs') setChosen([]);
    setPath(next);
  };
  const toggle = (entry: string, ticked: boolean): void => {
    if (pick !== 'inputs') return setChosen(ticked ? [entry] : []);
    setChosen((before) => (ticked ? [...before, entry] : before.filter((each) => each !== entry)));
  };
  const choose = (paths: string[]): void => {
    // Closing returns the focus to its last place.
    dialog.current?.close();
    onChosen(paths);
  };
  const result = resultOf(pick, chosen, listing);
  // In the body, because a form cannot be nested in the form that opens the dialog.
  return createPortal(
    <dialog ref={dialog} className="file-browser" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      {note === '' ? null : <p className="file-browser-note">{note}</p>}
      <PathBar listing={listing} asking={asking} onOpen={open} />
      {problem === null ? null : <ProblemNote problem={problem} />}
      <EntryList
        key={`entries of ${listing?.path ?? ''}`}
        listing={listing}
        asking={asking}
        pick={pick}
        chosen={chosen}
        onOpen={open}
        onToggle={toggle}
      />
      <div className="dialog-actions">
        <span className="muted file-browser-count" role="status">
          {chosen.length === 0 ? '' : `${chosen.length} chosen`}
        </span>
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          type="button"
          className="primary"
          disabled={result.paths.length === 0}
          onClick={() => choose(result.paths)}
        >
          {result.label}
        </button>
      </div>
    </dialog>,
    document.body,
  );
}

/** Moves the focus to the first row of a new folder: the row that had it is gone. */
function keepFocus(dialog: HTMLDialogElement | null): void {
  const focused = document.activeElement;
  if (dialog === null || (focused !== null && focused !== dialog && dialog.contains(focused))) return;
  const rows = dialog.querySelector<HTMLElement>('.file-browser-entries');
  (rows?.querySelector<HTMLElement>('button, input:not(:disabled)') ?? rows)?.focus();
}

/** Returns the chosen paths; without a choice, the folder that is shown, if a folder is allowed. */
function resultOf(
  pick: PickKind,
  chosen: readonly string[],
  listing: FolderListing | null,
): { label: string; paths: string[] } {
  if (chosen.length > 0) return { label: pick === 'inputs' ? `Add ${chosen.length}` : 'Choose', paths: [...chosen] };
  const here = listing === null ? [] : [listing.path];
  if (pick === 'inputs') return { label: 'Add this folder', paths: here };
  return pick === 'folder' ? { label: 'Choose this folder', paths: here } : { label: 'Choose', paths: [] };
}

interface PathBarProps {
  listing: FolderListing | null;
  asking: boolean;
  onOpen: (path: string) => void;
}

function PathBar({ listing, asking, onOpen }: PathBarProps) {
  const path = listing?.path ?? '';
  const [text, setText] = useState(path);
  const [followed, setFollowed] = useState(path);
  // In the same render that shows the folder: an effect would run later, and overwrite what somebody has typed meanwhile.
  if (path !== followed) {
    setFollowed(path);
    setText(path);
  }
  const go = (event: FormEvent): void => {
    event.preventDefault();
    // The dialog may be inside another form, which must not be submitted.
    event.stopPropagation();
    if (text.trim() !== '') onOpen(text.trim());
  };
  const parent = listing?.parent ?? null;
  return (
    <form className="file-browser-path" onSubmit={go}>
      <button type="button" disabled={parent === null} onClick={() => parent !== null && onOpen(parent)}>
        <span aria-hidden="true">↑</span> Up
      </button>
      <input
        type="text"
        aria-label="Folder"
        // The first answer would overwrite what was typed before it.
        readOnly={asking && listing === null}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">Open</button>
    </form>
  );
}

export interface FolderState {
  /** The last folder that could be listed; it stays while another one is being read, or when that one cannot be listed. */
  listing: FolderListing | null;
  problem: Problem | null;
  asking: boolean;
}

/**
 * Reads the content of a folder of the engine's machine.
 * @param path null for the engine's own folder
 */
function useFolder(client: EngineClient, path: string | null): FolderState {
  const [state, setState] = useState<FolderState>({ listing: null, problem: null, asking: true });
  useEffect(() => {
    let current = true;
    setState((before) => ({ ...before, asking: true }));
    const ask = async (): Promise<void> => {
      const answer = await call(client.listFolder({ path }));
      // If the first folder does not exist, another one is shown: a folder for results may still have to be created.
      const instead = answer.ok || path === null ? answer : await call(client.listFolder({ path: null }));
      if (!current) return;
      setState(({ listing }) => ({
        listing: answer.ok ? answer.value : (listing ?? (instead.ok ? instead.value : null)),
        problem: answer.ok ? null : answer.error,
        asking: false,
      }));
    };
    void ask();
    return () => {
      current = false;
    };
  }, [client, path]);
  return state;
}
