import { isUtf8 } from 'node:buffer';
import { type Dirent, readdirSync } from 'node:fs';

/** The character that a decoder puts in place of bytes that are not UTF-8; it may also occur in a valid name. */
const REPLACED = '\uFFFD';

/** The parts of a folder entry that a search uses. */
export type FolderEntry = Pick<Dirent, 'name' | 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

/** The entries of a folder, separated by whether their names are text: the bytes of other names cannot be written in our paths. */
interface NamesApart {
  good: FolderEntry[];
  /** Each with a readable name, in which bytes are written as `\xff`. */
  bad: { entry: FolderEntry; shown: string }[];
}

/** Whether a name may come from bytes that are not UTF-8. */
export function mayBeBadName(name: string): boolean {
  return name.includes(REPLACED);
}

/**
 * Reads a folder by the bytes of its names. It takes twice as long as by text, so it is done only when a name requires it.
 * @throws the error of the file system
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

/** The largest number of bytes of a character in UTF-8. */
const CHARACTER_BYTES = 4;

/** Returns a readable name from bytes that are partly not UTF-8: text stays, every other byte is written as `\xff`. */
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

/** Returns the number of bytes of the character at a position; 0 where none begins. */
function characterAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= CHARACTER_BYTES && at + length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}
