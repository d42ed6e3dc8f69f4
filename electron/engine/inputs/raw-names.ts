import { isUtf8 } from 'node:buffer';
import { type Dirent, readdirSync } from 'node:fs';

/** What a decoder puts in place of bytes that are no UTF-8; it may also stand in a name that is. */
const REPLACED = '\uFFFD';

/** What a search asks of an entry of a folder. */
export type FolderEntry = Pick<Dirent, 'name' | 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

/** The entries of a folder, those apart whose names are no text: the system knows them by bytes that no path of ours can hold. */
interface NamesApart {
  good: FolderEntry[];
  /** Each with its name as people can see it, bytes written as `\xff`. */
  bad: { entry: FolderEntry; shown: string }[];
}

/** Whether a name may have been made of bytes that are no UTF-8. */
export function mayBeBadName(name: string): boolean {
  return name.includes(REPLACED);
}

/**
 * Reads a folder by the bytes of its names. It costs twice as much as by text, so it is done only where a name calls for it.
 * @throws the file system's error
 */
export function findBadNames(folder: string): NamesApart {
  const apart: NamesApart = { good: [], bad: [] };
  for (const raw of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const name = raw.name.toString('utf8');
    const entry = withName(raw, name);
    if (Buffer.from(name).equals(raw.name)) apart.good.push(entry);
    else apart.bad.push({ entry, shown: shownName(raw.name) });
  }
  return apart;
}

function withName(raw: Dirent<Buffer>, name: string): FolderEntry {
  return {
    name,
    isFile: () => raw.isFile(),
    isDirectory: () => raw.isDirectory(),
    isSymbolicLink: () => raw.isSymbolicLink(),
  };
}

/** The most bytes that a character has in UTF-8. */
const CHARACTER_BYTES = 4;

/** A name whose bytes are partly no UTF-8: what is text stays, every other byte is written as `\xff`. */
function shownName(bytes: Buffer): string {
  let shown = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterAt(bytes, at);
    if (length === 0) shown += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
    else shown += bytes.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return shown;
}

/** How many bytes the character at a place has; 0 where none begins. */
function characterAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= CHARACTER_BYTES && at + length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}
