import { Readable } from 'node:stream';
import { protocol } from 'electron';
import { SECURITY_HEADERS } from '../serve/security-headers.ts';
import { openStaticFile } from '../serve/static-files.ts';

const SCHEME = 'app';
const HOST = 'renderer';

/** The origin of the window's pages: a separate one, so that 'self' in their policy means these pages only. */
export const APP_ORIGIN = `${SCHEME}://${HOST}`;

/** Registers the scheme with the rights of a standard one; must be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/**
 * Answers the window's requests from the folder of built pages, and from no other place.
 * @param root the folder, absolute, with links resolved
 */
export function serveApp(root: string): void {
  protocol.handle(SCHEME, (request) => answer(root, request));
}

async function answer(root: string, request: Request): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const file = host === HOST && isRead ? await openStaticFile(root, pathname) : null;
  if (file === null) return new Response('Not found', { status: 404, headers: SECURITY_HEADERS });
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': file.type,
    'content-length': String(file.size),
    'cache-control': file.cacheControl,
  };
  if (request.method === 'HEAD') {
    await file.handle.close();
    return new Response(null, { headers });
  }
  // The stream closes the file when it ends or is cancelled.
  return new Response(Readable.toWeb(file.handle.createReadStream()) as ReadableStream<Uint8Array>, { headers });
}
