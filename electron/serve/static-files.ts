import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** The file types of a built page; no other type is guessed. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Built files have a hash of their content in their names: they never change. */
const HASHED_FOLDER = '/assets/';

/** A file that may be sent. The caller closes the handle. */
export interface StaticFile {
  handle: FileHandle;
  size: number;
  type: string;
  cacheControl: string;
}

/**
 * Opens a file of a folder by the path in an address. Never opens anything outside the folder, neither through dots nor through links.
 * @param root the folder, absolute, with links resolved
 * @returns null when there is no such file
 */
export async function openStaticFile(root: string, urlPath: string): Promise<StaticFile | null> {
  const path = pathBelow(root, urlPath === '/' ? '/index.html' : urlPath);
  if (path === null) return null;
  try {
    if (!(await realpath(path)).startsWith(root + sep)) return null;
    return await openFile(path, urlPath);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

function pathBelow(root: string, urlPath: string): string | null {
  const decoded = decode(urlPath);
  // A backslash separates folders on Windows, a colon names a drive or a stream there.
  if (decoded === null || /[\0\\:]/.test(decoded)) return null;
  const path = join(root, decoded);
  return path.startsWith(root + sep) ? path : null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

async function openFile(path: string, urlPath: string): Promise<StaticFile | null> {
  // Without O_NONBLOCK a FIFO in the folder would block.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    return null;
  }
  return {
    handle,
    size: stats.size,
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    cacheControl: urlPath.startsWith(HASHED_FOLDER) ? 'private, max-age=31536000, immutable' : 'no-cache',
  };
}
