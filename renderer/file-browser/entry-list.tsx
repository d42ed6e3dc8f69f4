import { type KeyboardEvent, useId, useState } from 'react';
import type { FolderListing } from '../../shared/contract/machine.ts';
import { bytes, count } from '../../shared/format.ts';

/** What can be chosen: any number of files and folders, one file, or one folder. */
export type PickKind = 'inputs' | 'file' | 'folder';

type Entry = FolderListing['entries'][number];

interface EntryListProps {
  listing: FolderListing | null;
  asking: boolean;
  pick: PickKind;
  chosen: readonly string[];
  onOpen: (folder: string) => void;
  onToggle: (path: string, ticked: boolean) => void;
}

/** The entries of a folder: a box to choose one, a button to open a folder. The arrow keys move from row to row. */
export function EntryList({ listing, asking, pick, chosen, onOpen, onToggle }: EntryListProps) {
  const [filter, setFilter] = useState('');
  const entries = (listing?.entries ?? []).filter(
    ({ name, kind }) => fits(name, filter) && (pick !== 'folder' || kind === 'folder'),
  );
  return (
    <>
      <input
        type="search"
        aria-label="Show only names that contain"
        placeholder="Show only names that contain…"
        autoComplete="off"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <ul className="file-browser-entries" aria-busy={asking} aria-label="Folder content" onKeyDown={moveByArrow}>
        {entries.map((entry) => (
          <EntryRow
            key={entry.path}
            entry={entry}
            pick={pick}
            ticked={chosen.includes(entry.path)}
            onOpen={onOpen}
            onToggle={onToggle}
          />
        ))}
        {entries.length === 0 && <li className="muted file-browser-empty">{emptyText(listing, asking, filter)}</li>}
      </ul>
      <p className="muted file-browser-more">
        {listing !== null && listing.more > 0 ? `${count(listing.more)} more not shown here: type the path.` : ''}
      </p>
    </>
  );
}

interface EntryRowProps {
  entry: Entry;
  pick: PickKind;
  ticked: boolean;
  onOpen: (folder: string) => void;
  onToggle: (path: string, ticked: boolean) => void;
}

function EntryRow({ entry, pick, ticked, onOpen, onToggle }: EntryRowProps) {
  const id = useId();
  const isFolder = entry.kind === 'folder';
  const choosable = pick === 'inputs' || pick === entry.kind;
  return (
    <li className="file-browser-entry">
      <input
        id={id}
        type="checkbox"
        aria-label={isFolder ? `Choose the folder ${entry.name}` : undefined}
        className={choosable ? '' : 'not-choosable'}
        disabled={!choosable}
        checked={ticked}
        onChange={(event) => onToggle(entry.path, event.target.checked)}
      />
      {isFolder ? (
        <button
          type="button"
          className="plain one-line"
          aria-label={`Open ${entry.name}`}
          onClick={() => onOpen(entry.path)}
        >
          {entry.name}/
        </button>
      ) : (
        <label htmlFor={id} className="one-line">
          {entry.name}
        </label>
      )}
      <span className="muted number">{entry.size === null ? '' : bytes(entry.size)}</span>
    </li>
  );
}

function fits(name: string, filter: string): boolean {
  return name.toLowerCase().includes(filter.trim().toLowerCase());
}

function emptyText(listing: FolderListing | null, asking: boolean, filter: string): string {
  if (asking && listing === null) return 'Reading the folder…';
  return filter.trim() === '' ? 'Nothing to choose here.' : 'No name here contains this text.';
}

/** Moves the focus to the same kind of control in the next row, or to the only one there. */
function moveByArrow(event: KeyboardEvent<HTMLUListElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !(event.target instanceof HTMLElement)) return;
  const row = event.target.closest('li');
  const next = step === 1 ? row?.nextElementSibling : row?.previousElementSibling;
  const same = next?.querySelector<HTMLElement>(`${event.target.localName}:not(:disabled)`);
  const control = same ?? next?.querySelector<HTMLElement>('input:not(:disabled), button');
  event.preventDefault();
  control?.focus();
}
