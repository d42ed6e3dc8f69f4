import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Access, isOwnHost, isOwnOrigin } from './access.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { openStaticFile } from './static-files.ts';
import type { Strangers } from './strangers.ts';

const NEEDS_TOKEN =
  'Drover: this page needs its token. Open the address that "drover serve" printed; if you have just come here by a link, reload the page.\n';
const WRONG_HOST =
  'Drover: this server answers only to 127.0.0.1 and localhost. Open the address that "drover serve" printed.\n';
const TOO_MANY = 'Drover: there are too many connections; close some of its pages.\n';
const WRONG_ORIGIN = 'Drover: pages of other sites may not use this server.\n';

/** What a request is answered from. */
interface Site {
  access: Access;
  strangers: Strangers;
  /** The folder of the pages, absolute, with links resolved. */
  root: string;
}

/** Answers a request of a browser: the token becomes a cookie, and whoever has that gets the files of the page. */
export async function answerRequest(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const { headers, method } = request;
  if (!isOwnHost(headers)) return refuse(response, 403, WRONG_HOST);
  if (headers.origin !== undefined && !isOwnOrigin(headers)) return refuse(response, 403, WRONG_ORIGIN);
  const url = parse(request.url ?? '/');
  if (url === null) return refuse(response, 400, 'Drover: this is no address of a page.\n');
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Drover: pages can only be read.\n');
  const token = url.searchParams.get('token');
  const hasToken = token !== null && site.access.takesToken(token);
  if (!hasToken && (token !== null || !site.access.hasCookie(headers))) return refuse(response, 403, NEEDS_TOKEN);
  if (!site.strangers.welcome(request.socket)) return refuse(response, 503, TOO_MANY);
  if (hasToken) return exchangeToken(site.access, url, request, response);
  await sendFile(site.root, url.pathname, request, response);
}

/** Of the path alone: what a client writes before it is not of interest. */
function parse(target: string): URL | null {
  return target.startsWith('/') && URL.canParse(`http://127.0.0.1${target}`)
    ? new URL(`http://127.0.0.1${target}`)
    : null;
}

/** The same address without the token, so that it is neither shown nor kept in the history. */
function exchangeToken(access: Access, url: URL, { headers }: IncomingMessage, response: ServerResponse): void {
  url.searchParams.delete('token');
  // Two slashes at the beginning would lead to another host.
  const location = url.pathname.replace(/^\/+/, '/') + url.search;
  const common = { 'set-cookie': access.cookie, 'cache-control': 'no-store' };
  // Whoever comes from a page elsewhere, be it on the disk, goes on from a page of ours: to a request that began elsewhere a browser adds no
  // cookie that is for this site alone, not even after being sent on.
  if (headers['sec-fetch-site'] === 'cross-site')
    response.writeHead(200, { ...common, refresh: `0; url=${location}` }).end();
  else response.writeHead(303, { ...common, location }).end();
}

async function sendFile(root: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = await openStaticFile(root, path);
  if (file === null) return refuse(response, 404, 'Drover: there is no such page.\n');
  const { handle, size, type, cacheControl } = file;
  response.writeHead(200, { 'content-type': type, 'content-length': size, 'cache-control': cacheControl });
  if (request.method === 'HEAD' || size === 0) {
    await handle.close();
    response.end();
    return;
  }
  // Ends at the size that was announced, should the file grow meanwhile; closes the file in any case.
  await pipeline(handle.createReadStream({ end: size - 1 }), response);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  // A stranger does not keep its place.
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' };
  response.writeHead(status, headers).end(text);
}
