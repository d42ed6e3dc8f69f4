import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { foldedName, idOf } from '../files/folder-places.ts';

/** A folder as it was when it was first asked about. */
interface Listing {
  id: string;
  /** null where they may not be read: then each file is looked at by itself. */
  names: ReadonlySet<string> | null;
  /** The names by what they are where cases are one; made when it is needed. */
  folded: ReadonlyMap<string, string> | null;
}

/**
 * What stands at paths. Each folder is listed once, so that 100,000 outputs cost no 100,000 look-ups, and a file has one key however its
 * path is written: through links, mounts, or in other letters where the file system takes upper and lower case for one.
 */
export class StandingFiles {
  readonly #listings = new Map<string, Listing | null>();

  /** The key of what stands at an absolute path; null when nothing does. */
  keyOf(path: string): string | null {
    const listing = this.#listing(dirname(path));
    if (listing === null) return null;
    const name = realName(listing, path);
    return name === null ? null : `${listing.id}/${name}`;
  }

  #listing(folder: string): Listing | null {
    const known = this.#listings.get(folder);
    if (known !== undefined) return known;
    const listing = list(folder);
    this.#listings.set(folder, listing);
    return listing;
  }
}

function list(folder: string): Listing | null {
  const id = idOf(folder);
  if (id === null) return null;
  try {
    return { id, names: new Set(readdirSync(folder)), folded: null };
  } catch {
    return { id, names: null, folded: null };
  }
}

/** The name that the folder has for a path: mostly the path's own. */
function realName(listing: Listing, path: string): string | null {
  const name = basename(path);
  if (listing.names === null) return isThere(path) ? name : null;
  if (listing.names.has(name)) return name;
  listing.folded ??= new Map(Array.from(listing.names, (one) => [foldedName(one), one]));
  const other = listing.folded.get(foldedName(name));
  return other !== undefined && isThere(path) ? other : null;
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
