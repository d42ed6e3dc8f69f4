import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Something in a folder. */
export interface ListedFile {
  /** Its path below the folder. */
  name: string;
  /** `other` is a FIFO, a socket or a device. */
  kind: 'file' | 'link' | 'other';
}

/** Everything below a folder but the folders themselves. */
export function listFiles(folder: string): ListedFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ name: join(entry.parentPath, entry.name).slice(folder.length + 1), kind: kindOf(entry) }));
}

function kindOf(entry: Dirent): ListedFile['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
